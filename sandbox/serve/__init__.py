"""Serve: the sandbox as an HTTP service, ``python -m r1.sandbox.serve``. See docs/serve.md."""
