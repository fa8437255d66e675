"""Placeholder until the screen lands."""

from flask import Blueprint

screen = Blueprint("today", __name__)
