from tests.security.decoders import run_decoder

if __name__ == "__main__":
    run_decoder(with_filter=False, is_server=True)
