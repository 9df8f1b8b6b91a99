"""Custom actions: subclasses of rasa_sdk.Action, listed under 'actions' in domain.yml."""
