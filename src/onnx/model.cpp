#include "onnx/model.h"

#include <google/protobuf/arena.h>
#include <google/protobuf/io/zero_copy_stream_impl.h>

#include <fstream>
#include <limits>
#include <new>

#include "onnx/tensor_data.h"
#include "onnx_schema/onnx.pb.h"

namespace tenon {
namespace {

using onnx_format::ModelProto;
using onnx_format::TensorProto;

// What parsing may still allocate on this thread: two bytes of a file can ask for a message of
// hundreds.
thread_local size_t parse_budget = 0;

void* allocate_block(size_t size) {
  if (size > parse_budget) throw std::bad_alloc();
  parse_budget -= size;
  return ::operator new(size);
}

void free_block(void* block, size_t) { ::operator delete(block); }

std::unique_ptr<google::protobuf::Arena> make_arena() {
  google::protobuf::ArenaOptions options;
  options.block_alloc = allocate_block;
  options.block_dealloc = free_block;
  return std::make_unique<google::protobuf::Arena>(options);
}

ModelInfo info_of(const ModelProto& proto) {
  ModelInfo info{.producer = proto.producer_name(),
                 .graph_name = proto.graph().name(),
                 .ir_version = proto.ir_version(),
                 .model_version = proto.model_version()};
  if (!proto.producer_version().empty()) info.producer += " " + proto.producer_version();
  for (const auto& opset : proto.opset_import()) {
    const std::string domain = opset.domain() == "ai.onnx" ? "" : opset.domain();
    info.opsets.emplace_back(domain, opset.version());
  }
  return info;
}

// `parse_into(message)` reads a file of `size` bytes and says whether that worked.
template <typename Parse>
std::unique_ptr<OnnxModel::State> parse(size_t size, ImportOptions options, Parse&& parse_into) {
  if (size > std::numeric_limits<int>::max()) {
    fail("a model of {} bytes: the format ends at 2 GiB, larger weights go into external data",
         size);
  }
  auto state = std::make_unique<OnnxModel::State>();
  state->options = std::move(options);
  parse_budget = 10 * size + (32U << 20U);
  state->arena = make_arena();
  bool parsed = false;
  try {
    state->proto = google::protobuf::Arena::CreateMessage<ModelProto>(state->arena.get());
    parsed = parse_into(*state->proto);
  } catch (const std::bad_alloc&) {
    throw Error(ErrorCode::kOutOfMemory, "",
                "parsing the model takes more than ten times its size: it is damaged");
  }
  if (!parsed || !state->proto->has_graph()) {
    fail("these {} bytes are no ONNX model, or it is damaged", size);
  }
  state->info = info_of(*state->proto);
  for (TensorProto& tensor : *state->proto->mutable_graph()->mutable_initializer()) {
    state->initializers.emplace(tensor.name(), &tensor);
  }
  return state;
}

// Piece by piece: the file is never in memory beside the message made from it.
std::unique_ptr<OnnxModel::State> parse_file(const std::filesystem::path& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error) fail("cannot open: {}", error.message());
  std::ifstream file(path, std::ios::binary);
  if (!file) fail("cannot open");
  const auto folder = path.parent_path();
  return parse(size, {.folder = folder.empty() ? "." : folder}, [&](ModelProto& proto) {
    google::protobuf::io::IstreamInputStream stream(&file, 1 << 16);
    return proto.ParseFromZeroCopyStream(&stream);
  });
}

}  // namespace

OnnxModel::State::~State() = default;

const Tensor& OnnxModel::State::tensor(const TensorProto& message) const {
  const auto found = tensors.find(&message);
  if (found != tensors.end()) return found->second;
  // The state owns the messages; only their bytes move, once, into `tensors`.
  Tensor made = make_tensor(const_cast<TensorProto&>(message), options.folder);
  return tensors.emplace(&message, std::move(made)).first->second;
}

OnnxModel::OnnxModel(std::unique_ptr<State> state) : state_(std::move(state)) {}

OnnxModel::OnnxModel(std::span<const std::byte> bytes, ImportOptions options)
    : state_(parse(bytes.size(), std::move(options), [&](ModelProto& proto) {
        return proto.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
      })) {}

OnnxModel OnnxModel::from_file(const std::filesystem::path& path) {
  try {
    return OnnxModel(parse_file(path));
  } catch (const Error& error) {
    throw at(path.string(), error);
  }
}

OnnxModel::~OnnxModel() = default;
OnnxModel::OnnxModel(OnnxModel&&) noexcept = default;
OnnxModel& OnnxModel::operator=(OnnxModel&&) noexcept = default;

const ModelInfo& OnnxModel::info() const { return state_->info; }

std::vector<std::string> OnnxModel::initializer_names() const {
  std::vector<std::string> names;
  for (const TensorProto& tensor : state_->proto->graph().initializer()) {
    names.push_back(tensor.name());
  }
  return names;
}

std::optional<Tensor> OnnxModel::initializer(std::string_view name) const {
  const auto found = state_->initializers.find(std::string(name));
  if (found == state_->initializers.end()) return std::nullopt;
  try {
    return state_->tensor(*found->second);
  } catch (const Error& error) {
    throw at(fmt::format("initializer \"{}\"", name), error);
  }
}

void OnnxModel::set_initializer(std::string_view name, std::span<const std::byte> bytes) {
  const auto found = state_->initializers.find(std::string(name));
  const std::string where = fmt::format("initializer \"{}\"", name);
  if (found == state_->initializers.end()) {
    throw Error(ErrorCode::kInvalidArgument, where, "the model has none of this name");
  }
  try {
    state_->tensors.insert_or_assign(found->second, make_tensor(*found->second, bytes));
  } catch (const Error& error) {
    throw at(where, error);
  }
}

}  // namespace tenon
