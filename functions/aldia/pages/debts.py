"""Placeholder until the screen lands."""

from flask import Blueprint

screen = Blueprint("debts", __name__)
