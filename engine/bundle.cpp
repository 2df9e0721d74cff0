#include "engine/bundle.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "engine/bundle_rows.hpp"
#include "engine/opcodes.hpp"
#include "engine/sha256.hpp"

namespace writ::engine {
namespace {

using bundle::for_each_section;
using bundle::kSections;

constexpr std::uint32_t kOrderMark = 0x01020304;
constexpr std::uint32_t kOtherOrderMark = 0x04030201;
constexpr std::uint32_t kSigned = 1;
constexpr std::size_t kChecksumBytes = 32;
constexpr std::size_t kSignatureBytes = 64;
/// What is signed begins with this, so that no signature made for another purpose fits.
constexpr std::string_view kSignedText = "writ bundle signature, 1\n";

/// The fixed part, as docs/bundle-format.md has it.
struct Header {
  std::array<char, 8> magic{};
  std::uint32_t order = kOrderMark;
  std::uint16_t layout = kBundleLayout;
  std::uint16_t edition = kBundleEdition;
  std::uint64_t shape = 0;
  std::uint64_t size = 0;
  std::uint32_t sections = kSections;
  std::uint32_t flags = 0;
  std::uint64_t serial = 0;
  Sha256Bytes digest{};
  std::array<unsigned char, 32> signer{};
};
static_assert(sizeof(Header) == 112 && std::is_trivially_copyable_v<Header>);

struct SectionEntry {
  std::uint64_t offset = 0;
  std::uint32_t rows = 0;
  std::uint32_t row_bytes = 0;
};
static_assert(sizeof(SectionEntry) == 16);

constexpr std::size_t kTableEnd = sizeof(Header) + kSections * sizeof(SectionEntry);

std::size_t aligned(std::size_t offset) {
  return (offset + 7) & ~std::size_t{7};
}

template <class Value>
void write_at(std::string& out, std::size_t offset, const Value& value) {
  std::memcpy(out.data() + offset, &value, sizeof value);
}
template <class Value>
Value read_at(std::string_view bytes, std::size_t offset) {
  Value value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

/// FNV-1a over all that gives the rows their meaning: fields, opcodes with their operands, and how
/// many values each small enumeration has.
std::uint64_t shape_of_programs() {
  bundle::ShapeWriter shape;
  static const Program none;
  for_each_section(none, [&shape](std::string_view name, const auto& rows) {
    using Row = typename std::remove_cvref_t<decltype(rows)>::value_type;
    shape.text.append(name) += ':';
    shape.add(Row{});
  });
  for (const OpcodeInfo& opcode : kOpcodes) {
    shape.text.append(opcode.name) += ' ';
    shape.text.append(opcode.operand, sizeof opcode.operand);
  }
  for (const int last : {static_cast<int>(Kind::verdict), static_cast<int>(ConstantKind::quorum),
                         static_cast<int>(OutputKind::codes), static_cast<int>(Verb::forbid),
                         static_cast<int>(ConditionKind::unless)})
    shape.text += std::to_string(last) + ' ';
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : shape.text)
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

std::uint64_t shape() {
  static const std::uint64_t value = shape_of_programs();
  return value;
}

auto fault(BundleFault kind, std::string message) {
  return base::unexpected(BundleError{kind, std::move(message)});
}

std::string signed_message(const Sha256Bytes& hash) {
  std::string message(kSignedText);
  message.append(reinterpret_cast<const char*>(hash.data()), hash.size());
  return message;
}

// --- writing ---

/// The bytes of `sha256:…`; all zero for a program that was not compiled from sources.
Sha256Bytes digest_bytes(std::string_view digest) {
  Sha256Bytes out{};
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  if (digest.size() != 7 + 2 * out.size()) return out;
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = static_cast<unsigned char>(digit(digest[7 + 2 * i]) * 16 + digit(digest[8 + 2 * i]));
  return out;
}

base::Expected<std::string, BundleError> write(const Program& program, Header header,
                                               const SigningKey* key) {
  std::string out(kTableEnd, '\0');
  std::size_t entry = sizeof(Header);
  bool fits = true;
  for_each_section(program, [&](std::string_view, const auto& rows) {
    using Row = typename std::remove_cvref_t<decltype(rows)>::value_type;
    fits = fits && rows.size() <= kMaxBundleBytes / sizeof(Row);
    if (!fits) return;
    out.resize(aligned(out.size()), '\0');
    write_at(out, entry,
             SectionEntry{out.size(), static_cast<std::uint32_t>(rows.size()), sizeof(Row)});
    entry += sizeof(SectionEntry);
    if constexpr (std::is_same_v<Row, char>)
      out += rows;
    else
      for (const Row& row : rows)
        bundle::RowWriter(out).add(row);
    fits = out.size() <= kMaxBundleBytes;
  });
  out.resize(aligned(out.size()), '\0');
  header.size = out.size() + (key != nullptr ? kSignatureBytes : 0) + kChecksumBytes;
  if (!fits || header.size > kMaxBundleBytes)
    return fault(BundleFault::too_large,
                 "would be larger than " + std::to_string(kMaxBundleBytes) +
                     " bytes, which is the most that is read; split the policy");
  std::memcpy(header.magic.data(), kBundleMagic.data(), header.magic.size());
  header.shape = shape();
  header.digest = digest_bytes(program.digest);
  write_at(out, 0, header);
  if (key != nullptr) {
    Sha256 hash;
    hash.add(out);
    const auto signature = sign(*key, signed_message(hash.value()));
    if (!signature) return fault(BundleFault::bad_signature, signature.error());
    out.append(reinterpret_cast<const char*>(signature->data()), signature->size());
  }
  out.resize(out.size() + kChecksumBytes);
  seal_bundle(out);
  return out;
}

// --- reading ---

/// One bundle while it is read.
class Reading {
 public:
  explicit Reading(std::string_view bytes) : bytes_(bytes) {}

  base::Expected<Bundle, BundleError> run(std::span<const PublicKey> trusted) {
    for (const auto step :
         {&Reading::check_start, &Reading::check_size, &Reading::check_sum, &Reading::check_header})
      if (!(this->*step)()) return base::unexpected(std::move(error_));
    if (!check_signature(trusted) || !take_sections()) return base::unexpected(std::move(error_));
    auto verified = verify(std::move(program_));
    if (!verified) {
      std::string message = "holds a program that is not well-formed: " + verified.error().message;
      if (verified.error().instruction != kNone)
        message += " (instruction " + std::to_string(verified.error().instruction) + ")";
      return fault(BundleFault::refused_program, std::move(message));
    }
    return Bundle{std::move(info_), std::move(*verified)};
  }

 private:
  bool fail(BundleFault kind, std::string message) {
    error_ = BundleError{kind, std::move(message)};
    return false;
  }
  bool check_start();
  bool check_size();
  bool check_sum();
  bool check_header();
  bool check_signature(std::span<const PublicKey> trusted);
  bool take_sections();
  template <class Rows>
  bool take_section(std::string_view name, Rows& rows);
  bool zeros(std::size_t from, std::size_t to) const {
    return bytes_.substr(from, to - from).find_first_not_of('\0') == std::string_view::npos;
  }
  std::size_t body_end() const {
    return bytes_.size() - kChecksumBytes - (header_.flags != 0 ? kSignatureBytes : 0);
  }

  std::string_view bytes_;
  Header header_;
  Sha256Bytes body_hash_{};
  std::size_t entry_ = sizeof(Header), offset_ = kTableEnd;
  Program program_;
  BundleInfo info_;
  BundleError error_;
};

/// What every layout, past and future, begins with.
bool Reading::check_start() {
  if (!is_bundle(bytes_))
    return fail(BundleFault::not_a_bundle,
                "is not a bundle: it does not begin as `writ build` begins its files");
  if (bytes_.size() > kMaxBundleBytes)
    return fail(BundleFault::too_large, "is larger than " + std::to_string(kMaxBundleBytes) +
                                            " bytes, which is the most that is read");
  if (bytes_.size() < 16) return fail(BundleFault::truncated, "is cut off within its header");
  const auto order = read_at<std::uint32_t>(bytes_, 8);
  if (order == kOtherOrderMark)
    return fail(BundleFault::other_order,
                "was made for machines of the other byte order; build it for this one");
  if (order != kOrderMark) return fail(BundleFault::damaged, "has a damaged header");
  const auto layout = read_at<std::uint16_t>(bytes_, 12);
  if (layout != kBundleLayout)
    return fail(BundleFault::other_layout,
                "has layout " + std::to_string(layout) + ", and this writ reads layout " +
                    std::to_string(kBundleLayout) + "; build it again with this writ");
  const auto edition = read_at<std::uint16_t>(bytes_, 14);
  if (edition != kBundleEdition)
    return fail(BundleFault::other_edition, "is of edition " + std::to_string(edition) +
                                                " of the language, and this writ decides edition " +
                                                std::to_string(kBundleEdition));
  return true;
}

bool Reading::check_size() {
  if (bytes_.size() < sizeof(Header))
    return fail(BundleFault::truncated, "is cut off within its header");
  header_ = read_at<Header>(bytes_, 0);
  const std::string sizes = std::to_string(bytes_.size()) + " of " + std::to_string(header_.size);
  if (header_.size > bytes_.size())
    return fail(BundleFault::truncated, "is cut off: " + sizes + " bytes are there");
  if (header_.size < bytes_.size())
    return fail(BundleFault::trailing,
                "goes on after its end: it has " + std::to_string(bytes_.size()) +
                    " bytes and should have " + std::to_string(header_.size));
  if (header_.size < kTableEnd + kChecksumBytes + (header_.flags != 0 ? kSignatureBytes : 0))
    return fail(BundleFault::truncated, "is too short for what every bundle has");
  return true;
}

bool Reading::check_sum() {
  Sha256 hash;
  hash.add(bytes_.substr(0, body_end()));
  if (header_.flags != 0) {
    body_hash_ = hash.value();
    hash.add(bytes_.substr(body_end(), kSignatureBytes));
  }
  if (hash.value() == read_at<Sha256Bytes>(bytes_, bytes_.size() - kChecksumBytes)) return true;
  return fail(BundleFault::damaged,
              "is damaged: its checksum is not that of its bytes; copy or build it again");
}

bool Reading::check_header() {
  if (header_.shape != shape())
    return fail(BundleFault::other_layout,
                "was built by a version of writ with other instructions; build it again with this "
                "writ");
  if (header_.sections != kSections || header_.flags > kSigned)
    return fail(BundleFault::malformed, "has a header that writ does not write");
  const bool is_signed = header_.flags == kSigned;
  if (is_signed ? header_.serial == 0 || header_.serial > kMaxSerial
                : header_.serial != 0 || header_.signer != decltype(header_.signer){})
    return fail(BundleFault::malformed, "has a serial that writ does not write");
  info_.size = header_.size;
  info_.layout = header_.layout;
  info_.edition = header_.edition;
  info_.digest = sha256_text(header_.digest);
  info_.serial = header_.serial;
  return true;
}

bool Reading::check_signature(std::span<const PublicKey> trusted) {
  if (header_.flags == 0)
    return trusted.empty() || fail(BundleFault::not_signed,
                                   "is not signed, and a signature is asked for; `writ build "
                                   "--sign KEY --serial N` makes one");
  const PublicKey signer{header_.signer};
  if (!trusted.empty() && std::find(trusted.begin(), trusted.end(), signer) == trusted.end())
    return fail(BundleFault::other_signer,
                "is signed with the key " + signer.fingerprint() + ", which is not trusted");
  const auto signature = read_at<Signature>(bytes_, body_end());
  if (!signature_holds(signer, signed_message(body_hash_), signature))
    return fail(BundleFault::bad_signature,
                "has a signature that its key did not make: it was changed after it was signed");
  info_.signer = signer;
  return true;
}

bool Reading::take_sections() {
  bool right = true;
  for_each_section(program_, [&](std::string_view name, auto& rows) {
    right = right && take_section(name, rows);
  });
  if (!right) return false;
  if (aligned(offset_) != body_end() || !zeros(offset_, body_end()))
    return fail(BundleFault::malformed, "has something between its sections and its end");
  program_.digest = info_.digest;
  return true;
}

/// Sections follow each other without a gap, so that none can lie in another.
template <class Rows>
bool Reading::take_section(std::string_view name, Rows& rows) {
  using Row = typename Rows::value_type;
  const auto entry = read_at<SectionEntry>(bytes_, entry_);
  entry_ += sizeof(SectionEntry);
  const std::string what = "section `" + std::string(name) + "` ";
  const std::size_t begin = aligned(offset_), end = body_end();
  if (entry.row_bytes != sizeof(Row) || begin > end || entry.offset != begin ||
      entry.rows > (end - begin) / sizeof(Row))
    return fail(BundleFault::malformed, what + "is not where it should be");
  if (!zeros(offset_, begin))
    return fail(BundleFault::malformed, "has something before its " + what);
  offset_ = begin + std::size_t{entry.rows} * sizeof(Row);
  info_.sections.push_back({name, begin, entry.rows, entry.row_bytes});
  if constexpr (std::is_same_v<Row, char>) {
    rows.assign(bytes_.substr(begin, entry.rows));
  } else {
    rows.resize(entry.rows);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      bundle::RowReader reader(bytes_.data() + begin + i * sizeof(Row));
      reader.take(rows[i]);
      if (!reader.right())
        return fail(BundleFault::malformed,
                    what + "has a row that writ does not write: row " + std::to_string(i));
    }
  }
  return true;
}

}  // namespace

bool is_bundle(std::string_view bytes) {
  return bytes.starts_with(kBundleMagic);
}

base::Expected<std::string, BundleError> write_bundle(const Program& program) {
  return write(program, Header{}, nullptr);
}

base::Expected<std::string, BundleError> write_bundle(const Program& program, std::uint64_t serial,
                                                      const SigningKey& key) {
  Header header;
  header.flags = kSigned;
  header.serial = serial;
  if (serial == 0 || serial > kMaxSerial)
    return fault(BundleFault::malformed,
                 "would have a serial that is not 1 to " + std::to_string(kMaxSerial));
  const auto signer = public_key_of(key);
  if (!signer) return fault(BundleFault::bad_signature, signer.error());
  header.signer = signer->bytes;
  return write(program, header, &key);
}

base::Expected<Bundle, BundleError> read_bundle(std::string_view bytes,
                                                std::span<const PublicKey> trusted) {
  return Reading(bytes).run(trusted);
}

void seal_bundle(std::string& bytes) {
  if (bytes.size() < kChecksumBytes) return;
  Sha256 hash;
  hash.add(std::string_view(bytes).substr(0, bytes.size() - kChecksumBytes));
  write_at(bytes, bytes.size() - kChecksumBytes, hash.value());
}

}  // namespace writ::engine
