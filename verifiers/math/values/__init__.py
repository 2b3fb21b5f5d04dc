"""Values: the numbers behind expressions, from exact rationals to sympy."""
