from tests.security.decoders import run_decoder

if __name__ == "__main__":
    run_decoder(as_nobody=False, is_server=True)
