"""Prompts: templates that turn the question of a task into the text or conversation that the policy reads."""

from __future__ import annotations

from dataclasses import dataclass

from r1.datasets.task import Message, Task
from r1.envs.unknown import unknown


@dataclass(frozen=True, slots=True)
class Template:
    """How a question is asked, and the format in which the completion is expected.

    Attributes:
        name: the value of ``gym.make(..., template=name)``.
        text: the prompt for a base model; ``{question}`` stands for the question.
        system, user: the same prompt as a conversation, for models with a chat template; an empty system turn is left out.
        think: the template of ``r1.verifiers.think.Think`` that the format component requires.
        prefilled: the prompt already ends with the opening tag, so the completion does not repeat it.
        after_thought: the prompt asks for a thought before the answer.
        unboxed: the template for tasks whose answer does not stand in a box, if this one asks for ``\\boxed{}``.
    """

    name: str
    text: str
    system: str
    user: str
    think: str
    prefilled: bool = False
    after_thought: bool = True
    unboxed: Template | None = None

    @property
    def opening(self) -> str:
        """The text at the end of the prompt that belongs to the completion: what is judged begins with it."""
        return "<think>\n" if self.prefilled else ""

    def fitting(self, domain: str, boxed: bool) -> Template:
        """The template for the tasks of a domain, whose answers may stand in a box or not.

        Raises:
            ValueError: it asks for a box where the tasks ask for the answer and nothing else.
        """
        if boxed or not any("\\boxed" in text for text in (self.text, self.system, self.user)):
            return self
        if self.unboxed is None:
            raise ValueError(
                f"template {self.name!r} asks for \\boxed{{}}, but the tasks of r1/{domain}-v0 ask for the answer and nothing "
                f"else; expected one of: {', '.join(name for name, t in TEMPLATES.items() if t.unboxed or 'boxed' not in t.text)}"
            )
        return self.unboxed

    def render(self, question: str) -> str:
        return self.text.replace("{question}", question)

    def messages(self, task: Task) -> list[dict[str, str]]:
        """The conversation in the chat format. A task that brings its own turns keeps them."""
        asked = Message("user", self.user.replace("{question}", task.question))
        turns = [asked] if isinstance(task.prompt, str) else [*task.prompt]
        if self.system and turns[0].role != "system":
            turns.insert(0, Message("system", self.system))
        return [{"role": turn.role, "content": turn.content} for turn in turns]


# DeepSeek-R1, table 1, word for word: the published results were obtained with this prompt.
_R1_ZERO = (
    "A conversation between User and Assistant. The user asks a question, and the Assistant solves it. The assistant "
    "first thinks about the reasoning process in the mind and then provides the user with the answer. The reasoning "
    "process and answer are enclosed within <think> </think> and <answer> </answer> tags, respectively, i.e., "
    "<think> reasoning process here </think> <answer> answer here </answer>."
)
_BOXED = "{question}\nPlease reason step by step, and put your final answer within \\boxed{}."
_UNBOXED = "{question}\nPlease reason step by step within <think> </think> tags, and write the final answer after them."


def _r1(name: str, end: str = "", prefilled: bool = False) -> Template:
    """R1's prompt for models with a chat template (DeepSeek-R1's usage notes), with and without the box."""
    unboxed = Template(name, _UNBOXED + end, "", _UNBOXED, "think_only", prefilled)
    return Template(name, _BOXED + end, "", _BOXED, "think_only", prefilled, unboxed=unboxed)


TEMPLATES = {
    template.name: template
    for template in (
        Template("r1_zero", _R1_ZERO + " User: {question}. Assistant:", _R1_ZERO, "{question}", "r1_zero"),
        _r1("r1"),
        _r1("r1_prefilled", "\n<think>\n", prefilled=True),
        Template("plain", "{question}", "", "{question}", "r1_zero", after_thought=False),
    )
}


def template_of(name: str) -> Template:
    """A template by name.

    Raises:
        ValueError: unknown name; the message suggests the nearest one.
    """
    if name not in TEMPLATES:
        raise unknown("template", name, TEMPLATES)
    return TEMPLATES[name]
