"""Text: what every verifier needs to know about a text, such as where its code fences are."""
