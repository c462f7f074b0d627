from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "staff"

    def ready(self) -> None:
        from staff.django_words import say_what_to_do

        say_what_to_do()
