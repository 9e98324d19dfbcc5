"""One schema a table: types, units, allowed values and key; the codebook is made from them."""

from pandera.pandas import DataFrameSchema

from gemeenten.schemas import citizens, finance, organisation, places

SCHEMAS = {
    name: schema
    for module in (places, finance, citizens, organisation)
    for name, schema in vars(module).items()
    if isinstance(schema, DataFrameSchema)
}
