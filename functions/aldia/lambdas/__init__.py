"""What AWS hands to a function, turned into calls of the flows. Whatever is not expected is refused."""
