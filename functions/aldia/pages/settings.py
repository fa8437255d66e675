"""Placeholder until the screen lands."""

from flask import Blueprint

screen = Blueprint("settings", __name__)
