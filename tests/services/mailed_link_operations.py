"""What is asked about forgotten passwords and addresses to verify."""

from __future__ import annotations

ERRORS = "userErrors { __typename code message path }"
FORGOT = f"mutation ($email: String!) {{ answer: requestPasswordReset(email: $email) {{ {ERRORS} }} }}"
RESET = f"""mutation ($token: String!, $new: String!) {{
  answer: resetPassword(token: $token, newPassword: $new) {{ tokens {{ accessToken refreshToken }} {ERRORS} }}
}}"""
CHANGE = f"""mutation ($old: String!, $new: String!) {{
  answer: changePassword(currentPassword: $old, newPassword: $new) {{ {ERRORS} }}
}}"""
ASK = f"mutation {{ answer: requestEmailVerification {{ {ERRORS} }} }}"
VERIFY = f"mutation ($token: String!) {{ answer: verifyEmail(token: $token) {{ user {{ id email }} {ERRORS} }} }}"
PROFILE = f"""mutation ($email: String) {{
  answer: updateProfile(input: {{email: $email}}) {{ viewer {{ email pendingEmail emailVerified }} {ERRORS} }}
}}"""
LOG_IN = f"""mutation ($password: String!) {{
  answer: logIn(input: {{username: "mina", password: $password}}) {{ viewer {{ mustChangePassword }} {ERRORS} }}
}}"""
WHO = "{ viewer { user { username } email pendingEmail emailVerified mustChangePassword } }"
