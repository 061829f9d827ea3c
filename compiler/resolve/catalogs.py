"""Documents to one Catalog a stack."""

from __future__ import annotations

from compiler.diagnostics import Report, Span, nearest
from compiler.model.catalog import Catalog
from compiler.resolve.composites import linked
from compiler.resolve.policies import resolve_policies
from compiler.resolve.references import check_stack_names
from compiler.resolve.services import Resolver
from compiler.resolve.stacks import resolve_stacks
from compiler.schema.validate import Declared

_NO_STACK = """write slo/stacks/prod.yaml:
      apiVersion: slo-compiler.dev/v1
      kind: ObservabilityStack
      metadata: {name: prod}
      spec: {cluster: prod}"""
_NO_SERVICE = "`slo new service checkout` writes one"


def resolve(declared: Declared, report: Report, only: str = "") -> tuple[Catalog, ...]:
    """A Catalog for each stack that has a cluster.

    Args:
        declared: valid documents.
        report: gets what does not resolve.
        only: one stack's name; all where empty.
    """
    stacks = resolve_stacks(declared.stacks, report)
    resolver = Resolver(declared.defaults, resolve_policies(declared.policies, report), report)
    if not stacks and not report.failed:
        report.error("SLO108", "no ObservabilityStack with a cluster was found", Span("slo"), _NO_STACK)
    if not declared.services:
        report.error("SLO108", "no ServiceLevel was found", Span("slo"), _NO_SERVICE)
    if only and only not in [stack.name for stack in stacks]:
        hint = nearest(only, [stack.name for stack in stacks])
        report.error("SLO105", f"there is no stack {only!r} that builds", Span("slo"), hint)
    if stacks:
        check_stack_names(declared, stacks, report)
    chosen = [stack for stack in stacks if only in ("", stack.name)]
    catalogs = []
    for stack in chosen:
        found = [resolver.service(document, stack) for document in declared.services]
        services = sorted((s for s in found if s), key=lambda s: s.name)
        catalogs.append(Catalog(stack, tuple(linked(services, stack, report))))
    return tuple(catalogs)
