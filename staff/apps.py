from django.apps import AppConfig

from config.framework.django_sentences import say_what_to_do


class StaffConfig(AppConfig):
    name = "staff"

    def ready(self) -> None:
        say_what_to_do()
