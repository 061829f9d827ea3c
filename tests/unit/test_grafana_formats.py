"""Formats of variables and what data sources do with them: Grafana's documented examples, and hostile values."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qs, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler import promql
from tests.lab.grafana import formats
from tests.lab.grafana.choice import Variable
from tests.lab.grafana.formats import Value
from tests.lab.grafana.interpolate import interpolate, names
from tests.lab.grafana.macros import Fixed
from tests.lab.grafana.options import Option

VALUES = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")))
HOSTILE = ("a\"b'c", "a/b?c&d=e#f", "100% +", "ü€😀", "\\d+(x|y)[0]{1}^$.*", "{a,b}", "")


def variable(value: str | list[str], **more: Any) -> Variable:
    return Variable("server", "query", value, more.pop("words", value), **more)


def said(text: str, value: str | list[str], form: formats.Form = "", **more: Any) -> str:
    """A text about the variable ``server``."""
    found = variable(value, **more)
    return interpolate(text, lambda name: found if name == "server" else None, form)


@pytest.mark.parametrize(
    ("form", "value", "expected"),
    [
        ("glob", "foo", "foo"),
        ("glob", ["AA", "BB", "C.*"], "{AA,BB,C.*}"),
        ("raw", ["12", "13"], "12,13"),
        ("raw", '#Æ³"Ä1"#!½', '#Æ³"Ä1"#!½'),
        ("regex", "test.", "test\\."),
        ("regex", ["test."], "test\\."),
        ("regex", ["test.", "test2"], "(test\\.|test2)"),
        ("pipe", ["test", "test2"], "test|test2"),
        ("distributed", ["test"], "test"),
        ("distributed", ["test", "test2"], "test,server=test2"),
        ("csv", "test", "test"),
        ("csv", ["test", "test2"], "test,test2"),
        ("html", "<script>alert(asd)</script>", "&lt;script&gt;alert(asd)&lt;/script&gt;"),
        ("json", ["test", "12"], '["test","12"]'),
        ("json", "test", "test"),
        ("percentencode", ["foo()bar BAZ", "test2"], "%7Bfoo%28%29bar%20BAZ%2Ctest2%7D"),
        ("singlequote", "test", "'test'"),
        ("singlequote", ["test", "test'2"], "'test','test\\'2'"),
        ("doublequote", "test", '"test"'),
        ("doublequote", ["test", 'test"2'], '"test","test\\"2"'),
        ("sqlstring", ["test", "test'value2"], "'test','test''value2'"),
        ("join", ["hello", "world"], "hello,world"),
        ("join: | ", ["hello", "world"], "hello | world"),
        ("queryparam", "helloAZ%=", "var-server=helloAZ%25%3D"),
        ("queryparam", ["a", "b"], "var-server=a&var-server=b"),
        ("uriencode", "/any-path/second?query=foo()bar BAZ", "/any-path/second?query=foo%28%29bar%20BAZ"),
        ("nosuchformat", ["a", "b"], "{a,b}"),
    ],
)
def test_documented_examples(form: str, value: str | list[str], expected: str) -> None:
    """Each format does what Grafana's own tests expect of it; an unknown one is glob."""
    assert said(f"${{server:{form}}}", value) == expected


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("date", "2020-07-13T20:19:09.254Z"),
        ("date:iso", "2020-07-13T20:19:09.254Z"),
        ("date:seconds", "1594671549"),
        ("date:ms", "1594671549254"),
        ("date:YYYY-MM", "2020-07"),
        ("date:YYYY-MM:ss", "2020-07:09"),
        ("date:YYYY:MM:DD", "2020:07:13"),
        ("date:[at] H.m D MMM YY", "at 20.19 13 Jul 20"),
    ],
)
def test_dates(form: str, expected: str) -> None:
    """A time is written by moment.js' tokens; what is no time is NaN."""
    when = Fixed("t", 1594671549254)
    assert interpolate(f"${{t:{form}}}", lambda _: when) == expected
    assert said("${server:date}", "soon") == "NaN"


def test_text_is_what_people_read() -> None:
    """Several are joined by a plus sign."""
    assert said("${server:text}", "v", words="display text") == "display text"
    assert said("${server:text}", ["1", "2"], words=["hello", "world"]) == "hello + world"


def test_notations() -> None:
    """All four notations of a variable; an index of several; an unknown name stays as it is written."""
    assert (
        said("$server ${server} [[server]] [[server:csv]] $server_x", ["a", "b"]) == "{a,b} {a,b} {a,b} a,b $server_x"
    )
    assert said("test.${server.1}.asd", ["hello", "world"]) == "test.world.asd"
    assert said("label_replace(x, 'a', '$1', ...)", "v") == "label_replace(x, 'a', '$1', ...)"
    assert names('$a ${b:raw} [[c]] ${d.x["y"]:text} $1') == {"a", "b", "c", "d", "1"}


def test_all_has_its_own_text() -> None:
    """No format touches what stands for *All*, which may hold variables itself."""
    found = {
        "test": Variable("test", "query", "$__all", "All", all_value="$other.*", include_all=True),
        "other": Variable("other", "query", "hello", "hello"),
    }

    def of(text: str, form: formats.Form = "") -> str:
        return interpolate(text, found.get, form)

    assert of("${test:regex}") == "hello.*"
    assert of("$test", formats.prometheus) == "hello.*"
    assert (of("${test:text}"), of("${test:queryparam}")) == ("All", "var-test=$__all")


def test_all_without_a_text_is_every_option() -> None:
    """*All* is every option in the query's own form, and ``$__all`` in an address."""
    options = (Option("a.b", "A"), Option("c", "C"))
    more: dict[str, Any] = {"options": options, "multi": True, "include_all": True}
    assert said("$server", "$__all", formats.prometheus, **more) == "(a\\\\.b|c)"
    assert said("$server", "$__all", formats.loki, **more) == "a\\\\.b|c"
    assert said("${server:queryparam}", ["$__all"], **more) == "var-server=$__all"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("cryptodepression", "cryptodepression"),
        ("looking{glass", "looking\\\\{glass"),
        ("looking$glass", "looking\\\\$glass"),
        ("looking\\glass", "looking\\\\\\\\glass"),
        ("looking|glass", "looking\\\\|glass"),
        ("+looking$glass?", "\\\\+looking\\\\$glass\\\\?"),
    ],
)
def test_a_variable_of_many_is_a_regular_expression(value: str, expected: str) -> None:
    """Signs of regular expressions are escaped in PromQL and LogQL."""
    assert said("$server", value, formats.prometheus, multi=True) == expected
    assert said("$server", [value], formats.loki, include_all=True) == expected


def test_a_variable_of_one_stays() -> None:
    """PromQL has its backslashes doubled and single quotes escaped; LogQL and Jaeger have it as it is."""
    assert said("$server", "a\\b'c.d", formats.prometheus) == "a\\\\b\\\\'c.d"
    assert said("$server", "a\\b'c.d", formats.loki) == "a\\b'c.d"
    assert said("$server", "a\\b'c.d", formats.plain) == "a\\b'c.d"


def test_an_own_format_comes_before_the_data_source() -> None:
    """``raw`` keeps a data source from escaping."""
    assert said("${server:raw}", "a.b", formats.prometheus, multi=True) == "a.b"


@given(VALUES)
def test_encoded_values_come_back(value: str) -> None:
    """Whatever a label's value is, an address carries it: percent-encoded and as a parameter."""
    assert unquote(said("${server:percentencode}", value)) == value
    address = said("${server:queryparam}", value)
    assert parse_qs(address, keep_blank_values=True) == {"var-server": [value]}
    assert re.fullmatch(r"[A-Za-z0-9\-_.~%&=@:$,;!*'()]*", address)


@given(st.lists(VALUES, min_size=2))
def test_several_values_come_back(values: list[str]) -> None:
    """Several values come back from an address, and from JSON."""
    assert parse_qs(said("${server:queryparam}", values), keep_blank_values=True) == {"var-server": values}
    assert json.loads(said("${server:json}", values)) == values


@given(VALUES)
def test_a_regular_expression_matches_its_value(value: str) -> None:
    """The format ``regex`` matches the value and nothing longer."""
    pattern = said("${server:regex}", value).replace("\\/", "/")
    assert re.fullmatch(pattern, value)
    assert not re.fullmatch(pattern, value + "x")


@given(st.lists(VALUES.filter(lambda value: '"' not in value), min_size=1))
def test_many_values_in_a_selector(values: list[str]) -> None:
    """A selector with a variable of many parses, and its expression matches each value.

    Double quotes are left out: Grafana does not escape them, and such a query fails there too.
    """
    expr = said('up{job=~"$server"}', values, formats.prometheus, multi=True)
    promql.check(expr)
    pattern = json.loads(expr[len("up{job=~") : -1])
    assert all(re.fullmatch(pattern, value) for value in values)


@pytest.mark.parametrize("value", HOSTILE)
def test_quotes_hold(value: str) -> None:
    """A quoted value ends at its own quote."""
    for form, mark in (("singlequote", "'"), ("doublequote", '"')):
        quoted = said(f"${{server:{form}}}", value)
        assert quoted[0] == quoted[-1] == mark
        assert quoted[1:-1].replace("\\" + mark, mark) == value


def test_numbers_read_as_in_javascript() -> None:
    """A whole number has no point."""
    shown: list[tuple[Value, str]] = [(1.0, "1"), (2.5, "2.5"), (7, "7")]
    assert [interpolate("${n}", lambda _, v=value: Fixed("n", v)) for value, _ in shown] == [
        text for _, text in shown
    ]
