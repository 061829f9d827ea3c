"""``slo schema``, ``list``, ``version`` and ``completion``: what the compiler says about itself."""

from __future__ import annotations

import json

import click
from click.shell_completion import get_completion_class

from compiler import __version__
from compiler.diagnostics import ToolError


@click.command()
def schema() -> None:
    """Print the JSON Schema of slo/, for editors.

    \b
    slo schema > slo/schema.json
    and as first line of a file:  # yaml-language-server: $schema=../schema.json
    """
    from compiler.schema.export import json_schema

    click.echo(json.dumps(json_schema(), indent=2))


@click.command("list")
def listing() -> None:
    """List what was found: indicator kinds, outputs, checks, causes, policies."""
    from compiler.burn.policy import BUILT_IN
    from compiler.checks.run import checks
    from compiler.pipeline import emitters
    from compiler.rules.texts.diagnosis import causes
    from compiler.schema.documents import DOCUMENTS, kinds

    sections = {
        "documents": [(name, entry.doc) for name, entry in DOCUMENTS.items()],
        "indicators": [(kind.kind, kind.doc) for kind in kinds()],
        "outputs": [(emitter.output, "") for emitter in emitters()],
        "checks": [(", ".join(check.codes), check.doc) for check in checks()],
        "causes": [(cause.name, cause.title) for cause in causes()],
        "policies": [(name, "built in") for name in BUILT_IN],
    }
    for title, rows in sections.items():
        click.echo(f"{title}:")
        for name, text in rows:
            click.echo(f"  {name:<24} {text}".rstrip())


@click.command()
def version() -> None:
    """Print the version."""
    click.echo(f"slo-compiler {__version__}")


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print shell completion.

    \b
    eval "$(slo completion bash)"
    """
    made = get_completion_class(shell)
    if made is None:
        raise ToolError(f"no completion for {shell}")
    click.echo(made(context.find_root().command, {}, "slo", "_SLO_COMPLETE").source())
