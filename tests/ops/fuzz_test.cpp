// Damaged files reach infer() and eval(): whatever attributes and operands they state, the outcome
// is a result or an Error. Deterministic; run it under the sanitizers too.
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "ops/registry.h"
#include "sample_ops.h"

namespace tenon {
namespace {

class Fuzzer {
 public:
  explicit Fuzzer(uint32_t seed) : random_(seed) {}

  size_t below(size_t n) { return random_() % n; }

  int64_t number() {
    static constexpr int64_t kNumbers[] = {0,
                                           1,
                                           2,
                                           3,
                                           4,
                                           5,
                                           -1,
                                           -2,
                                           -3,
                                           7,
                                           64,
                                           255,
                                           256,
                                           INT32_MAX,
                                           INT32_MIN,
                                           INT64_MAX,
                                           INT64_MIN,
                                           INT64_MAX - 1,
                                           int64_t{1} << 40,
                                           -(int64_t{1} << 40),
                                           int64_t{1} << 62};
    return below(3) == 0 ? kNumbers[below(std::size(kNumbers))] : static_cast<int64_t>(below(4));
  }

  DataType dtype() {
    static constexpr DataType kOften[] = {DataType::kF32, DataType::kI64, DataType::kBool};
    return below(3) != 0 ? kOften[below(3)] : static_cast<DataType>(below(13));
  }

  Dims small_dims() {
    Dims dims;
    for (size_t rank = below(6); rank > 0; --rank) dims.push_back(static_cast<int64_t>(below(5)));
    return dims;
  }

  Tensor tensor(DataType dtype) {
    const bool shape_like = below(2) == 0;
    const Dims dims = shape_like ? Dims{static_cast<int64_t>(below(6))} : small_dims();
    return Tensor::make(dtype, dims, [&](const TensorView& view) {
      if (bits_of(dtype) < 8 || dtype == DataType::kF8 || dtype == DataType::kE8M0) return;
      for (int64_t i = 0; i < view.volume(); ++i) set_integer_element(view, i, number());
    });
  }

  // An op of the same kind with some of the archive's numbers replaced; nullopt where it is
  // refused.
  std::optional<Op> mutated(const Op& op) {
    ArchiveWriter writer;
    op.write(writer);
    std::vector<std::byte> data = writer.take();
    const size_t header = 8 + op.name().size();
    const size_t words = (data.size() - header) / 8;
    for (size_t change = below(4); change > 0 && words > 0; --change) {
      const int64_t value = number();
      std::memcpy(data.data() + header + 8 * below(words), &value, 8);
    }
    try {
      ArchiveReader reader(data);
      return Op::read(reader);
    } catch (const Error&) {
      return std::nullopt;
    }
  }

 private:
  std::mt19937 random_;
};

bool is_small(const Inference& inference) {
  for (const Fact& fact : inference.outputs) {
    const Dim v = volume(fact.type.dims);
    if (!v.is_constant() || v.value() > 20000) return false;
  }
  return true;
}

// Whether the operands got as far as an evaluation.
bool try_op(const Op& op, const std::vector<Tensor>& tensors) {
  std::vector<const Tensor*> inputs;
  std::vector<Fact> facts;
  for (const Tensor& t : tensors) {
    inputs.push_back(&t);
    facts.push_back(fact_of(&t));
  }
  try {
    if (!is_small(infer(op, facts))) return false;
    evaluate(op, inputs);
    return true;
  } catch (const Error& error) {
    EXPECT_NE(error.code(), ErrorCode::kInternal)
        << op.name() << " " << op.attribute_text() << ": " << error.what();
    return false;
  }
}

TEST(Fuzz, OpsOnConstants) {
  Fuzzer fuzzer(11);
  std::map<std::string_view, int> evaluated;
  for (int round = 0; round < 4000; ++round) {
    for (const Op& sample : sample_ops()) {
      const auto op = fuzzer.mutated(sample);
      if (!op) continue;
      std::vector<Tensor> tensors;
      const DataType dtype = fuzzer.dtype();
      const int least = op->traits().min_inputs;
      const size_t count = static_cast<size_t>(least) + fuzzer.below(2);
      for (size_t i = 0; i < count; ++i) {
        const bool shape_operand = (op->traits().shape_operands >> i & 1U) != 0;
        tensors.push_back(fuzzer.tensor(shape_operand ? DataType::kI64 : dtype));
      }
      evaluated[op->name()] += try_op(*op, tensors);
    }
  }
  // Random operands fit the plain ops by chance; the others have their own tests.
  for (const char* name : {"binary", "cast", "gather", "pad", "reduce", "slice", "transpose"}) {
    EXPECT_GT(evaluated[name], 20) << name;
  }
}

TEST(Fuzz, WindowOpsOnFittingOperands) {
  Fuzzer fuzzer(12);
  int evaluated = 0;
  for (int round = 0; round < 10000; ++round) {
    for (const char* name : {"conv", "deconv", "pool", "resize"}) {
      const auto spatial = static_cast<int>(1 + fuzzer.below(3));
      const auto list = [&] {
        std::string text = "[";
        for (int i = 0; i < spatial; ++i) {
          text += (i ? "," : "") + std::to_string(fuzzer.below(8)
                                                      ? static_cast<int64_t>(fuzzer.below(4))
                                                      : fuzzer.number());
        }
        return text + "]";
      };
      std::string text;
      const std::string_view op_name = name;
      if (op_name == "resize") {
        text = "mode=" + std::string(fuzzer.below(2) ? "cubic" : "nearest");
      } else {
        text = fmt::format("stride={} pad_begin={} pad_end={} dilation={}", list(), list(), list(),
                           list());
        if (op_name == "pool")
          text += " window=" + list() + (fuzzer.below(2) ? " ceil_mode=true" : "");
      }
      Dims x{1, 2};
      Dims w{2, 2};
      Dims sizes{spatial + 2};
      for (int i = 0; i < spatial; ++i) {
        x.push_back(static_cast<int64_t>(fuzzer.below(6)));
        w.push_back(static_cast<int64_t>(fuzzer.below(4)));
      }
      std::vector<Tensor> tensors{Tensor::zeros(DataType::kF32, x)};
      if (op_name == "conv" || op_name == "deconv") {
        tensors.push_back(Tensor::zeros(DataType::kF32, w));
      }
      if (op_name == "resize") {
        std::vector<int64_t> wanted{1, 2};
        for (int i = 0; i < spatial; ++i) wanted.push_back(fuzzer.number());
        tensors.push_back(Tensor::i64(sizes, wanted));
      }
      evaluated += try_op(Op::parse(name, text), tensors);
    }
  }
  EXPECT_GT(evaluated, 2000);
}

TEST(Fuzz, SymbolicFacts) {
  Fuzzer fuzzer(13);
  const Dim n = Dim::symbol("N");
  const Dim dims[] = {n, Dim::symbol("M"), 2 * n, floor_div(n, 2), max(n - 3, 0), 1, 3};
  for (int round = 0; round < 2000; ++round) {
    for (const Op& sample : sample_ops()) {
      const auto op = fuzzer.mutated(sample);
      if (!op) continue;
      std::vector<Fact> facts(static_cast<size_t>(op->traits().min_inputs) + fuzzer.below(2));
      for (Fact& fact : facts) {
        fact.present = fuzzer.below(8) != 0;
        fact.type.dtype = fuzzer.dtype();
        for (size_t rank = fuzzer.below(5); rank > 0; --rank) {
          fact.type.dims.push_back(dims[fuzzer.below(std::size(dims))]);
        }
        if (fact.type.dtype == DataType::kI64 && fuzzer.below(2) == 0) {
          fact.type.dims = {static_cast<int64_t>(fuzzer.below(5))};
          fact.elements.emplace();
          for (int64_t i = 0; i < fact.type.dims[0].value(); ++i) {
            fact.elements->push_back(fuzzer.below(2) ? Dim(fuzzer.number())
                                                     : dims[fuzzer.below(std::size(dims))]);
          }
        }
      }
      try {
        infer(*op, facts);
      } catch (const Error& error) {
        EXPECT_NE(error.code(), ErrorCode::kInternal)
            << op->name() << " " << op->attribute_text() << ": " << error.what();
      }
    }
  }
}

}  // namespace
}  // namespace tenon
