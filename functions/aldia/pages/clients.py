"""Placeholder until the screen lands."""

from flask import Blueprint

screen = Blueprint("clients", __name__)
