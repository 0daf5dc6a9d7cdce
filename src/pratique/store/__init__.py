"""Facts and inventories on disk, by digest."""
