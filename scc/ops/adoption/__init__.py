"""What the older tool left: looked at, told in words, and taken over step by step, and back.

docs/adopting.md walks through it.
"""
