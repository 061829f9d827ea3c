"""Cases about what fires: pages, tickets, budget at risk, silence, groups."""
