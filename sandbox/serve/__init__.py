"""Serve: the sandbox as an HTTP service, started with ``python -m r1.sandbox.serve``. See docs/serve.md."""
