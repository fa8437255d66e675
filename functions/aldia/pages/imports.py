"""Placeholder until the screen lands."""

from flask import Blueprint

screen = Blueprint("imports", __name__)
