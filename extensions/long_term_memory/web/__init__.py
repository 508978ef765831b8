"""The web shell: what every host that answers HTTP stands behind."""
