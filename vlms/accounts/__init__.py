"""Accounts: organisations and their schools, people, users, roles, sign-in.

A user is a global sign-in; a person is a directory entry of one organisation, claimed by
at most one user; a role grant lets a user act in an organisation or one of its agreements.
"""
