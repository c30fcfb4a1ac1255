"""What is bought: the fields of goods, works and services."""

from enum import StrEnum


class Field(StrEnum):
    """A kind of goods, work or services; its place here is its bit in the index."""

    MEDICINE = "medicine"
    CHEMICAL = "chemical"
    CONSUMABLE = "consumable"
    EQUIPMENT = "equipment"
    GAS = "gas"
    IT = "it"
    OFFICE = "office"
    FURNITURE = "furniture"
    TEXTILE = "textile"
    FOOD = "food"
    VEHICLE = "vehicle"
    UTILITY = "utility"
    CONSTRUCTION = "construction"
    MAINTENANCE = "maintenance"
    CLEANING = "cleaning"
    WASTE = "waste"
    CONSULTING = "consulting"
    SERVICE = "service"


FIELDS = tuple(Field)
