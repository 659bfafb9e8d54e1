"""`python -m fer_desktop` is the command `fer-desktop`."""

from fer_desktop.cli import main

if __name__ == "__main__":
    main()
