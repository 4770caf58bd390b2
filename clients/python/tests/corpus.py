"""Runs a case of tests/corpus, whose README.md says what cases are and how answers are compared."""
import json

from world import ROOT

FOLDER = ROOT / "tests/corpus"


def cases():
    """(file and name, case) of all."""
    for path in sorted(FOLDER.glob("*.json")):
        for case in json.loads(path.read_text("utf-8"))["cases"]:
            yield f"{path.stem}: {case['name']}", case


def differences(expected, answer, path=""):
    """What is not as expected; `answer` None: absent."""
    if isinstance(expected, list):
        items = answer if isinstance(answer, list) else []
        if len(items) != len(expected):
            return [f"{path}: {len(expected)} expected, not {len(items)}: {answer}"]
        return [found for i, (one, item) in enumerate(zip(expected, items))
                for found in differences(one, item, f"{path}[{i}]")]
    if isinstance(expected, dict):
        if not isinstance(answer, (dict, type(None))):
            return [f"{path}: an object expected, not {answer!r}"]
        return [found for name, value in expected.items()
                for found in differences(value, (answer or {}).get(name), f"{path}.{name}")]
    is_default = answer is None and (not expected or expected == "0")
    return [] if is_default or _same(expected, answer) else [
        f"{path}: {expected!r} expected, not {answer!r}"]


def _same(expected, answer):
    return expected == answer and isinstance(expected, bool) == isinstance(answer, bool)


def filled(value, saved):
    """With what earlier steps saved in the place of ${name}."""
    if isinstance(value, str):
        for name, text in saved.items():
            value = value.replace(f"${{{name}}}", text)
    elif isinstance(value, list):
        value = [filled(item, saved) for item in value]
    elif isinstance(value, dict):
        value = {name: filled(member, saved) for name, member in value.items()}
    return value


def text_at(answer, path):
    for part in path.split("."):
        answer = answer[int(part) if part.isdigit() else part]
    return answer


def run(case, ask):
    """Differences of the first step that has any. `ask` takes the path of a method, requests and
    a token, and gives all responses and the error, or None, as the README writes them."""
    saved = {}
    for step in case.get("steps", [case]):
        step = filled(step, saved)
        requests = step["requests"] if "requests" in step else [step["request"]]
        responses, error = ask(step["method"], requests, step.get("token", ""))
        found = compare(step, responses, error)
        if found:
            return found
        for name, path in step.get("save", {}).items():
            saved[name] = text_at(responses[0], path)
    return []


def compare(step, responses, error):
    found = differences(step.get("error"), error, "error")
    if "error" not in step and error is not None:
        found = [f"failed: {error}"]
    if "responses" in step:
        found += differences(step["responses"], responses, "responses")
    if "expect" in step:
        found += differences([step["expect"]], responses, "")
    return found
