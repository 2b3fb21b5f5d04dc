r"""Math: whether a completion's final answer equals the gold answer.

**The policy.** It is symmetric in gold and answer unless stated otherwise. Every token of both counts, and both are compared in
one reading (`read/pair.py`); where the pair is ambiguous, the stricter reading decides.

1. Values are compared exactly. A short decimal does not match an exact gold; a decimal of 15 digits or more matches the value
   that it rounds. An equal but unsimplified answer is right.

   >>> same = Math().equal
   >>> same("1/3", "0.333"), same("1/3", "0.3333333333333333"), same("2.50", "5/2"), same("10", r"\binom{5}{2}")
   (False, True, True, True)
   >>> same(r"\frac{1}{2^{99}}", r"\frac{1}{2^{98}}"), same(r"e^{\pi\sqrt{163}}", "262537412640768744")
   (False, False)

2. Functions are compared on the real domain that they share, negative numbers included.

   >>> same("|x|", r"\sqrt{x^2}"), same("x", r"\sqrt{x^2}"), same(r"\cos 2x", r"1-2\sin^2 x"), same(r"\sqrt{ab}", r"\sqrt a\sqrt b")
   (True, False, True, True)

3. p% means p/100 and also matches the bare number p; degrees are converted to radians and also match the bare number.

   >>> same(r"25\%", "1/4"), same("25", r"25\%"), same("25", "0.25"), same(r"90^\circ", r"\frac{\pi}{2}"), same(r"\frac{\pi}{2}", "90")
   (True, True, False, True, False)

4. A unit or currency counts only when both answers have one. Units are not converted, and their case matters. A single letter
   is a unit only where number and unit are a whole answer or list item; elsewhere it is a variable.

   >>> same("5", r"5\text{ cm}"), same("5 cm", "5 m"), same("60 mph", "60 miles per hour"), same("6", "6x"), same("5 MW", "5 mW")
   (True, False, True, False, False)
   >>> same("5 m", "5"), same("5 m^2-n", "5"), same("v(0)+4", "4"), same("3x", "x(3)")
   (True, False, False, True)

5. A name before "=" is a label: ``x=5`` is 5. Equations are equal up to a factor. Different variables and labels are different.
   A chain whose exact members differ is no answer; a decimal may differ by half a unit of its last place. A power or function
   that equals a number gives this number. A gold that states its rounding accepts either member.

   >>> same("5", "x = 2 + 3 = 5"), same("y=2x+3", "2x-y+3=0"), same("x=5", "y=5"), same("0", "a^2+b=0")
   (True, True, False, False)
   >>> same("3x+y=z", "3x+y=w"), same("360", "367=360"), same("8", "z^3=8"), same(r"50/3 \approx 16.67", "16.67")
   (False, False, True, True)

6. (a,b) is ordered, {a,b} is a set, a bare list or "a or b" is an unordered multiset. More values than the gold has are wrong.
   A line break or wide space between two items separates them as a comma does; a comma between sets makes a list of sets.

   >>> same("(1,2)", "(2,1)"), same(r"\{1,2\}", "2,1"), same("1,1,2", "1,2"), same("3", "3 or 4")
   (False, True, False, False)
   >>> same(r"1\pm\sqrt2", r"1-\sqrt2, 1+\sqrt2"), same("1,2", r"x=1 \text{ or } x=2"), same("(1,2)", "x=1, y=2")
   (True, True, True)

7. Intervals, unions and inequalities describe sets of reals; open and closed ends differ, and so do variables. A family of
   solutions is the set of its values; the name of its parameter, or of a constant of integration, does not matter.

   >>> same("[2,5)", r"2 \le x < 5"), same(r"(-\infty,-1)\cup(1,\infty)", "|x|>1"), same("(0,1)", "[0,1]"), same("x<3", "y<3")
   (True, True, False, False)
   >>> same(r"\frac{\pi}{4}+k\pi, k\in\mathbb{Z}", r"\frac{5\pi}{4}+n\pi"), same(r"2k, k\in\mathbb{Z}", r"2k, k\in\mathbb{N}")
   (True, False)

8. Numerals in a base agree in digits and base; without a subscript only if the truth names it (``{"answer": 12, "base": 9}``).
   Text is compared without case, articles, LaTeX and final punctuation. Numbers may be written in words, in English or Chinese.

   >>> same("1011_2", r"1011_{\text{two}}"), same("1011_2", "1011_3")
   (True, False)
   >>> same(r"\text{Even}", "even."), same("odd", "not odd"), same("三分之二", "2/3"), same("25", "twenty-five")
   (True, False, True, True)

9. `r1.verifiers.answer` finds the answer: the last box counts (unless a later sentence names another value as the final
   answer), boxes joined by "and" are a list, a box inside ``<think>`` never counts, and an empty last box is an empty
   answer. An answer that the text denies or hedges does not count.

   >>> judge = Math()
   >>> texts = [r"\boxed{4}. No: \boxed{5}", r"<think>\boxed{5}</think> Hm.", "It is not 5.", "5 or 6", r"\boxed{}"]
   >>> [judge(text, {"answer": "5"}).status.value for text in texts]
   ['pass', 'fail', 'fail', 'fail', 'malformed']

10. A gold answer that cannot be read is an error in the data: `Math.validate` raises `TruthError`, and a verdict is
    ``unscored``. If the gold is a formula beyond our grammar, the same text passes and every other answer is unscored.

    >>> judge("5", {"answer": r"\frac{1}{"}).status.value
    'unscored'
"""

from r1.verifiers.math.verifier import Math

__all__ = ["Math"]
