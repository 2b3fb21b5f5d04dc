"""Native: function tests in languages other than Python, and test files written in those languages."""
