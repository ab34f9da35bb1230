"""Fix: which lock placement makes a program safe, verified, and how much concurrency it leaves.

A scenario has its lock placement as data (`scenario`): all that can be chosen are tried. In a
program of the user's own, the racy stretches are looked up (`sites`, `stretches`), and its source
is edited in every way that could help (`updates`, `waits`); each edited program is verified as if
it were the user's. Nothing is called safe that was not run.
"""
