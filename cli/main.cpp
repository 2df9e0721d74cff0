#include "cli/cli.hpp"

int main(int argc, char** argv) {
  return writ::cli::run(argc, argv);
}
