"""Changes that are none: those of which it follows from PromQL's own rules that the result is the same.

Four kinds are known, and nothing else is taken for equal:

- a label of a rule that every series of its expression carries anyhow;
- a condition on a label left out of one side of an operator that joins by that label, where the other side makes it;
- a number that is not multiplied by 1 any more, or not divided by it;
- ``max`` for ``sum`` and their like, of one number: what is summed has one series for each value of the labels that
  are kept, since a sum or a rule that makes one says so.

The first two rest on what is certain of an expression's result: ``certain`` says which conditions every series of it
meets. The last takes for granted that what a rule records is a number and no histogram.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tests.mutation.syntax import SET_OPERATORS, Condition, Node, parse

Known = frozenset[tuple[str, str, str]]
"""Conditions: label, operator, and value as it is quoted in the expression."""
_NOTHING: Known = frozenset()

_OF_ONE_SERIES = frozenset(
    (
        *("rate", "increase", "irate", "delta", "idelta", "deriv", "resets", "changes", "sum_over_time"),
        *("avg_over_time", "min_over_time", "max_over_time", "count_over_time", "last_over_time"),
        *("present_over_time", "stddev_over_time", "stdvar_over_time", "abs", "ceil", "floor", "exp", "ln"),
        *("log2", "log10", "sqrt", "sgn", "round", "clamp", "clamp_min", "clamp_max"),
        *("year", "month", "days_in_month", "day_of_month", "day_of_week", "hour", "minute"),
    )
)
"""Functions whose result for one set of labels comes from the series with these labels alone."""
_FOLDS = frozenset(("sum", "min", "max", "avg", "count"))
_OF_ONE_NUMBER = frozenset(("sum", "min", "max", "avg"))
"""Aggregations that give back the one number which they are given."""
Recorded = Callable[[Node], str]
"""The expression of the one rule that records all that a selector finds; empty where no rule does, or another may."""


def same_without_label(expr: str, label: str, value: str) -> bool:
    """Whether a rule that sets ``label`` to ``value`` records the same without it."""
    plain = value and '"' not in value and "\\" not in value
    return bool(plain) and (label, "=", f'"{value}"') in certain(parse(expr))


def same_without_condition(expr: str, selector: Node, condition: Condition) -> bool:
    """Whether an expression gives the same where one condition of one of its selectors is left out."""
    if not selector.word:
        return False
    path = _path(parse(expr), selector)
    for above, below in zip(reversed(path[:-1]), reversed(path[1:]), strict=True):
        if _demands(above, below, condition):
            return True
        if not _by_label_set(above, below, condition.label):
            return False
    return False


def same_without_one(operator: Node, dropped: Node) -> bool:
    """Whether a number stays the same without this operand."""
    kept = next(part for part in operator.parts if part != dropped)
    neutral = operator.word == "*" or (operator.word == "/" and dropped == operator.parts[1])
    return neutral and dropped.kind == "number" and dropped.word == "1" and _scalar(kept)


def same_with_fold(fold: Node, other: str, recorded: Recorded) -> bool:
    """Whether an aggregation gives the same as another, for it has one number of each group."""
    if not {fold.word, other} <= _OF_ONE_NUMBER or any(clause.word != "by" for clause in fold.clauses):
        return False
    return _is_one(fold.parts[0], frozenset(_named(fold)), recorded)


def _named(node: Node) -> Iterable[str]:
    return (label for clause in node.clauses for label in clause.labels)


def _is_one(node: Node, labels: frozenset[str], recorded: Recorded) -> bool:
    """Whether no two series of the result have the same values of these labels."""
    if node.kind in ("range", "offset", "at", "paren", "sign"):
        return _is_one(node.parts[0], labels, recorded)
    if node.kind == "selector":
        made = recorded(node)
        return bool(made) and _is_one(parse(made), labels, recorded)
    if node.kind == "call":
        if node.word in _OF_ONE_SERIES:
            return all(_scalar(part) or _is_one(part, labels, recorded) for part in node.parts)
        return node.word == "vector" or _is_folded(node, labels)
    return node.kind == "binary" and _is_one_of_two(node, labels, recorded)


def _is_folded(node: Node, labels: frozenset[str]) -> bool:
    """Whether it is aggregated by some of these labels, and so has no other."""
    by = all(clause.word == "by" for clause in node.clauses)
    return node.kind == "call" and node.word in _FOLDS and by and labels.issuperset(_named(node))


def _is_one_of_two(node: Node, labels: frozenset[str], recorded: Recorded) -> bool:
    left, right = node.parts
    if node.word == "or":
        return _is_known_by(left, labels) and _is_known_by(right, labels)
    if node.word in ("and", "unless") or not _scalar(left):
        many = any(clause.word in ("on", "ignoring", "group_right") for clause in node.clauses)
        one = node.word in SET_OPERATORS or not many or any(c.word == "group_left" for c in node.clauses)
        return one and _is_one(left, labels, recorded)
    return _is_one(right, labels, recorded)


def _is_known_by(node: Node, labels: frozenset[str]) -> bool:
    """Whether the result has some of these labels, the same for all of it, and no other."""
    if node.kind == "paren":
        return _is_known_by(node.parts[0], labels)
    if node.kind == "binary" and node.word not in SET_OPERATORS and _joins_by_all(node):
        left, right = node.parts
        return (_scalar(left) and _is_known_by(right, labels)) or (_scalar(right) and _is_known_by(left, labels))
    if node.kind == "call" and node.word in _OF_ONE_SERIES:
        return all(_scalar(part) or _is_known_by(part, labels) for part in node.parts)
    return _is_folded(node, labels) and frozenset(_named(node)) == labels


def certain(node: Node) -> Known:
    """Conditions that every series of the result meets."""
    if node.kind == "selector":
        return frozenset((c.label, c.op, c.value) for c in node.conditions)
    if node.kind in ("range", "offset", "at", "paren", "sign"):
        return certain(node.parts[0])
    if node.kind == "call":
        return _of_call(node)
    return _of_binary(node) if node.kind == "binary" else _NOTHING


def _of_call(node: Node) -> Known:
    if node.word in _OF_ONE_SERIES:
        return next((certain(part) for part in node.parts if not _scalar(part)), _NOTHING)
    if node.word == "absent_over_time":
        return _of_absence(node.parts[0])
    if node.word not in _FOLDS:
        return _NOTHING
    return frozenset(condition for condition in certain(node.parts[0]) if _keeps(node, condition[0]))


def _keeps(fold: Node, label: str) -> bool:
    """Whether an aggregation keeps a label."""
    by = any(clause.word == "by" and label in clause.labels for clause in fold.clauses)
    return by or any(clause.word == "without" and label not in clause.labels for clause in fold.clauses)


def _about(known: Known, labels: Iterable[str]) -> Known:
    """Those on these labels."""
    return frozenset(condition for condition in known if condition[0] in labels)


def _of_absence(node: Node) -> Known:
    """What is absent is told with the labels that its selector names once, by ``=``."""
    while node.kind in ("range", "offset", "paren"):
        node = node.parts[0]
    named = [condition.label for condition in node.conditions]
    once = [c for c in node.conditions if c.op == "=" and named.count(c.label) == 1]
    return frozenset((c.label, c.op, c.value) for c in once if len(c.value) > 2)


def _of_binary(node: Node) -> Known:
    left, right = (certain(part) for part in node.parts)
    if node.word in ("and", "unless"):
        return left
    if node.word == "or":
        return left & right
    if _joins_by_all(node):
        return left | right
    if _is_of_many(node):
        return frozenset(condition for condition in left if _each_of_many_keeps(node, condition[0]))
    if [clause.word for clause in node.clauses if clause.word != "bool"] != ["on"]:
        return _NOTHING
    return _about(left | right, next(clause.labels for clause in node.clauses if clause.word == "on"))


def _joins_by_all(node: Node) -> bool:
    return all(clause.word == "bool" for clause in node.clauses)


def _joins_by(node: Node, label: str) -> bool:
    """Whether only series that agree in a label meet."""
    named = next((clause.labels for clause in node.clauses if clause.word == "on"), None)
    return label in named if named is not None else _joins_by_all(node)


def _scalar(node: Node) -> bool:
    """Whether it is a number; a function that makes one of a vector is not counted."""
    if node.kind in ("paren", "sign", "binary"):
        return all(map(_scalar, node.parts))
    return node.kind in ("number", "string") or (node.kind == "selector" and node.word in ("Inf", "NaN"))


def _path(root: Node, wanted: Node) -> list[Node]:
    """From the root down to a node."""
    if root == wanted:
        return [root]
    for part in root.parts:
        found = _path(part, wanted)
        if found:
            return [root, *found]
    return []


def _demands(above: Node, below: Node, condition: Condition) -> bool:
    """Whether an operator drops, from the side that is changed, every series that does not meet the condition."""
    if above.kind != "binary" or above.word == "or" or not _joins_by(above, condition.label):
        return False
    left = above.parts[0] == below
    if above.word == "unless" and left:
        return False
    return (condition.label, condition.op, condition.value) in certain(above.parts[1 if left else 0])


def _by_label_set(above: Node, below: Node, label: str) -> bool:
    """Whether the result for a value of a label comes, on the changed side, from series with this value alone."""
    if above.kind == "call":
        return above.word in _OF_ONE_SERIES or (above.word in _FOLDS and _keeps(above, label))
    if above.kind != "binary":
        return True
    if _joins_by_all(above):
        return True
    if above.parts[0] != below:
        return False
    return above.word in ("and", "unless") or _each_of_many_keeps(above, label)


def _each_of_many_keeps(node: Node, label: str) -> bool:
    """Whether each series of the left meets one of the right by itself, and keeps its own value of the label."""
    copied = (label for clause in node.clauses if clause.word == "group_left" for label in clause.labels)
    return _is_of_many(node) and label not in copied


def _is_of_many(node: Node) -> bool:
    return [clause.word for clause in node.clauses if clause.word != "bool"] == ["on", "group_left"]
