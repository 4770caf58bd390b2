"""What a test set: answers by question, given one after the other. Knows nothing of gRPC."""
from __future__ import annotations

import collections
import threading
from typing import Any, Deque, Dict, List, NamedTuple, Optional, Sequence, Tuple, Union

from .. import v1
from ..errors import ProbityError

# A method, and of those that are answered by subject, the subject as a test writes it; "": every
# other one.
Question = Tuple[str, str]
_SHOWN = 8


class Unset(Exception):
    """A question without an answer. The message says what to set."""


class Given(NamedTuple):
    answer: Any
    more: bool  # another one follows


class Book:
    """Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: Dict[Question, Deque[Any]] = {}

    def set(self, question: Question, answers: Sequence[Any]) -> None:
        if not answers:
            raise TypeError("no answer is given")
        with self._lock:
            self._answers[question] = collections.deque(answers)

    def take(self, question: Question) -> Optional[Given]:
        """The next one; the last one stays. None: nothing was set."""
        with self._lock:
            answers = self._answers.get(question)
            if answers is None:
                return None
            more = len(answers) > 1
            return Given(answers.popleft() if more else answers[0], more)

    def take_about(self, method: str, subject: str, setter: str) -> Given:
        """Raises Unset, which names `setter`."""
        given = self.take((method, subject)) or self.take((method, ""))
        if given is not None:
            return given
        about = [known for name, known in self._answers if name == method]
        shown = ", ".join(about[:_SHOWN]) + (", ..." if len(about) > _SHOWN else "")
        raise Unset(f"no answer is set to {method} about {subject}; set it by "
                    f"fake.{setter}({subject}, ...) ({f'set are {shown}' if shown else 'none is'})")


def resolve(given: Given, request: Any) -> Any:
    """The message of an answer. A ProbityError of the test is raised, and told whether it is
    followed."""
    try:
        answer = given.answer(request) if callable(given.answer) else given.answer
        if isinstance(answer, ProbityError):
            raise answer
    except ProbityError as error:
        raise Failed(error, given.more) from error
    return answer


class Failed(Exception):
    """An error that the test set."""

    def __init__(self, error: ProbityError, more: bool) -> None:
        super().__init__(str(error))
        self.error, self.more = error, more


def spelt(subject: Union[v1.ScreenedSubject, v1.SubjectRef]) -> str:
    """A subject as a test writes it. Its name counts only where there is no reference."""
    ref = subject.ref if isinstance(subject, v1.ScreenedSubject) else subject
    kind = ref.WhichOneof("ref")
    if kind == "identifier":
        return f'by_identifier("{ref.identifier.scheme}", "{ref.identifier.value}")'
    if kind == "vendor":
        vendor = ref.vendor
        code = f', company_code="{vendor.company_code}"' if vendor.company_code else ""
        return f'by_vendor("{vendor.system}", "{vendor.number}"{code})'
    if kind:
        return f'v1.SubjectRef({kind}="{getattr(ref, kind)}")'
    name = subject.name if isinstance(subject, v1.ScreenedSubject) else ""
    return f'v1.ScreenedSubject(name="{name}")'


def checked(answers: Sequence[Any], kinds: Tuple[type, ...], of: str) -> List[Any]:
    """TypeError for what no answer can be; functions are checked by what they give."""
    for answer in answers:
        if not (callable(answer) or isinstance(answer, (ProbityError, *kinds))):
            named = "".join(f"a {kind.__name__}, " for kind in kinds)
            raise TypeError(f"an answer to {of} is {named}an error(...) or a function, not a "
                            f"{type(answer).__name__}")
    return list(answers)
