"""Filters of the pages' templates."""

from django import template

register = template.Library()


@register.filter
def thousands(number: int) -> str:
    return f"{number:,}"
