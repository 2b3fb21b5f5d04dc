"""Think: whether a completion follows its template of reasoning and answer."""

from r1.verifiers.think.tag_count import TagCount
from r1.verifiers.think.template import TEMPLATES, ThinkTemplate, special_token, tags
from r1.verifiers.think.verifier import Think

__all__ = ["TEMPLATES", "TagCount", "Think", "ThinkTemplate", "special_token", "tags"]
