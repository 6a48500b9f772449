from tests.security.decoders import run_decoder

if __name__ == "__main__":
    run_decoder(is_server=True)
