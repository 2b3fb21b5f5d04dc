"""Trial: one program runs against one plan, and each test gets its result."""
