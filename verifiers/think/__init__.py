"""Think: whether a completion follows its template of thought and answer."""

from r1.verifiers.think.tag_count import TagCount
from r1.verifiers.think.verifier import Think, special_token

__all__ = ["TagCount", "Think", "special_token"]
