"""Bridge: the tester's end of the link to the candidate's box, and all that passes over it in both directions."""

import builtins
import collections
import sys

_STORE = ("set", "set_item", "set_global")  # requests whose last part becomes an object of the program
_LOOKS = (
    "name",
    "names",
    "get",
    "class",
    "seed",
    "hold",
    "set_global",
)  # requests whose answers need not matter to a test


def _told_text(error):
    """The text of an error of the program: what its own ``__str__`` gave, if the program raised it."""
    told = error.__dict__.get("r1_remote")
    return told[1] if told else Exception.__str__(error)


class Gone(BaseException):
    """The candidate's process has ended, or sent something that is not a frame."""


class Bridge:
    """Sends requests to the candidate's box, and answers its questions about objects that were lent to it."""

    def __init__(self, link):
        self.link = link
        self.remotes = {}  # handle -> the one `Remote` for it
        self.errors = {}  # handle of an exception class -> the local class that stands for it
        self.lent = []  # objects of the tests that the candidate has, by number
        self.lent_numbers = {}  # id of a lent object -> its number
        self.assertions = []  # frames of the tests that are inside an `Assertion`
        self.changes = []  # (container, new content) for arguments and shared containers that calls changed in place
        self.shared = {}  # number -> [container of the program that the tests hold, too, its encoding when last exchanged]
        self.given = collections.deque(maxlen=8)  # the last objects that functions and operators of the program gave
        self.answering = 0  # depth of the calls of the tests' own functions that the program is making
        self.reached = False  # whether the tests have a result of the program: data, or an answer to more than a name
        self.seeded = self.sent = (
            None  # function for the state of `random`, once the tests seed it; the last state sent
        )

    def ask(self, action, *parts):
        """The candidate's answer to one of the requests in `candidate._ACTIONS`; raises the error that it reports."""
        result = self._exchange([action, *(self.pack(part) for part in parts)], (), parts)
        if action == "name" and isinstance(result, Remote) and parts[0][:1].isupper():
            object.__setattr__(result, "_r1_named", True)  # the tests' name for it counts, not the program's
        return result

    def call(self, number, args, kwargs):
        """Call an object of the candidate. If the tests have seeded `random`, the candidate continues from that state."""
        if self.seeded is not None and self.sent != (state := self.seeded()):
            self.sent = state
            self._exchange(["seed", self.pack(state)], ())
        return self._exchange(["call", number, self.pack(list(args)), self.pack(kwargs)], args)

    def _raw(self, request):
        """Send a request, answer the questions that come back, and return the reply."""
        self.link.send(request)
        while True:
            reply = self.link.receive()
            if not isinstance(reply, dict):
                raise Gone
            self._take_changes(reply)
            if "back" not in reply:
                return reply
            self.link.send(["reply", self.answer(*reply["back"])])

    def _exchange(self, request, args, parts=()):
        self._send_containers()
        reply = self._raw(request)
        sys.stdout.write(str(reply.get("out", "")))
        if "e" in reply:
            self.reached |= request[0] not in _LOOKS
            raise self.error(reply["e"], request[0])
        value = self.unpack(reply.get("v"))
        self.reached |= request[0] not in _LOOKS or (request[0] in ("name", "get") and type(value) is not Remote)
        self.changes += [(args[int(i)], self.unpack(data)) for i, data in reply.get("args", {}).items()]
        for i, number in reply.get("a", {}).items():
            self._share(number, args[int(i)])
        given = value
        if "c" in reply and request[0] in _STORE:
            self._share(reply["c"], parts[-1])
        elif "c" in reply:
            value = self._known(reply["c"], given)
        if value is None or not self.assertions or frame_of_tests(sys._getframe(1)) is not self.assertions[-1]:
            self.settle()
        elif value is not given and self.pack(value) != self.pack(given):
            return given  # inside an assertion the tests' container keeps its content
        return value

    def _known(self, number, value):
        """The tests' own container for one that the program gave under this number; it takes over the content later."""
        entry = self.shared.get(number)
        if entry is None or type(entry[0]) is not type(value):
            self._share(number, value)
            return value
        if self.pack(entry[0]) != self.pack(value):
            self.changes.append((entry[0], value))
        return entry[0]

    def _share(self, number, container):
        if is_container(container):
            self.shared[number] = [container, self.pack(container)]

    def _send_containers(self):
        """Tell the program how the tests have changed containers that both hold; forget those that only this list holds."""
        for number, entry in list(self.shared.items()):
            now = self.pack(entry[0])
            if now != entry[1]:
                entry[1] = now
                self._raw(["hold", number, now])
            if sys.getrefcount(entry[0]) <= 2:
                del self.shared[number]

    def settle(self):
        """Apply to the tests' objects the changes that calls made to their arguments."""
        while self.changes:
            target, new = self.changes.pop(0)
            hold(target, new)
            for entry in self.shared.values():
                if entry[0] is target:
                    entry[1] = self.pack(target)

    def _take_changes(self, reply):
        """Apply the fields that the program set on objects of the tests during its call."""
        for number, data in reply.get("held", {}).items():
            if entry := self.shared.get(int(number)):
                self.changes.append((entry[0], self.unpack(data)))
        for number, name, data in reply.get("set", ()):
            lent_action(self, self.lent[number], "set", [name, self.unpack(data)])

    def pack(self, value):
        return encode(value, self._opaque)

    def _opaque(self, value):
        if isinstance(value, Remote):
            return {"h": object.__getattribute__(value, "_r1_number")}
        if isinstance(value, type) and value in self.errors.values():
            return {"h": next(number for number, kind in self.errors.items() if kind is value)}
        return {"x": [self.number(value), type(value).__name__[:80] if is_own(value) else ""]}

    def number(self, value):
        """The number under which an object is lent, always the same one."""
        if id(value) not in self.lent_numbers:  # the list keeps the object alive, so that its id is not reused
            self.lent_numbers[id(value)] = len(self.lent)
            self.lent.append(value)
        return self.lent_numbers[id(value)]

    def unpack(self, data):
        return decode(data, self._special, named=True)

    def _special(self, tag, content):
        if tag == "x":
            return self.lent[content]
        if tag != "h":
            raise ValueError(f"tag {tag!r}")
        number, kind, name, family = content
        if kind == "class" and family:
            return self.error_class(family)
        if number not in self.remotes:
            self.remotes[number] = Remote(self, number, name)
        elif self.remotes[
            number
        ]._r1_made:  # created by the tests, then passed through the program, which may have changed it
            object.__setattr__(self.remotes[number], "_r1_made", 1)
        return self.remotes[number]

    def error_class(self, family):
        """A local class for an exception class of the candidate: same name, derived from its nearest built-in base."""
        name, number = family[0]
        if number is None:
            kind = getattr(builtins, name, Exception)
            return kind if isinstance(kind, type) and issubclass(kind, BaseException) else Exception
        if number not in self.errors:
            bases = (self.error_class(family[1:]) if family[1:] else Exception,)
            self.errors[number] = type(name, bases, {"__str__": _told_text})
        return self.errors[number]

    def error(self, data, action):
        """The local exception for one that the candidate reports in reply to ``action``."""
        kind = self.error_class(data["kind"])
        # Inside a map() or generator of the tests these would end it silently, and `all(map(...))` would be true.
        if issubclass(kind, (StopIteration, StopAsyncIteration, GeneratorExit)) and action != "next":
            kind = RuntimeError
        error = kind.__new__(kind)
        error.args = tuple(self.unpack(data["args"]))
        try:
            for name, value in self.unpack(data["fields"]).items():
                if not name.startswith("_"):
                    setattr(error, name, value)
        except (AttributeError, TypeError):
            pass
        error.r1_remote = [str(data["kind"][0][0]), str(data["text"]), int(data["line"])]
        return error

    def answer(self, number, action, parts):
        """The reply to the candidate's question about a lent object."""
        self.answering += 1
        try:
            parts = [self.unpack(part) for part in parts]
            return {"v": self.pack(lent_action(self, self.lent[number], action, parts))}
        except Exception as error:
            return {
                "e": [next(k.__name__ for k in type(error).__mro__ if k.__module__ == "builtins"), str(error)[:300]]
            }
        finally:
            self.answering -= 1
