"""Metrics: the service's figures for Prometheus: runs by outcome, times, queue length, busy slots, bytes held."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60)
CONTENT_TYPE = CONTENT_TYPE_LATEST


class Metrics:
    """The metrics of one service. Each service has its own registry, because tests run several in one process."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self.runs = Counter(
            "r1_sandbox_runs",
            "Programs by outcome: OK CE TLE MLE OLE RE, lost, invalid, overloaded, cancelled",
            ["language", "outcome"],
            registry=registry,
        )
        self.run_seconds = Histogram(
            "r1_sandbox_run_seconds", "From a slot to the outcome", buckets=SECONDS, registry=registry
        )
        self.wait_seconds = Histogram(
            "r1_sandbox_wait_seconds", "From the queue to a slot", buckets=SECONDS, registry=registry
        )
        self.requests = Counter(
            "r1_sandbox_requests", "HTTP requests by route and status", ["route", "status"], registry=registry
        )
        self.replays = Counter(
            "r1_sandbox_replays", "Requests answered from an equal one, without a new run", registry=registry
        )

    def watch(self, name: str, text: str, read: Callable[[], float]) -> None:
        """Add a gauge that calls ``read`` when Prometheus asks."""
        Gauge(f"r1_sandbox_{name}", text, registry=self.registry).set_function(read)

    def page(self) -> bytes:
        """All metrics in Prometheus's text format."""
        return generate_latest(self.registry)
