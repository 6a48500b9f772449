"""Reads Parquet files (parquet.apache.org, format 2.11): the first rows, all within limits."""
