// What is not about one operator: names, types, data, problems, functions.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>

#include "onnx_schema/onnx.pb.h"
#include "test_model.h"

namespace tenon::testing {
namespace {

using onnx_format::TensorProto;

// ---- names

TEST(ModelImport, NamesAndOrigins) {
  TestModel model;
  model.input("x", "f32[N,2]").constant("w", iota({2, 2})).constant("unused", iota({9}));
  model.node("MatMul", {"x", "w"}, {"h"}).set_name("/fc/MatMul");
  model.node("Relu", {"h"}, {"r"}).set_name("");
  model.node("Relu", {"r"}, {"s"}).set_name("");
  model.node("Relu", {"s"}, {"y"}).set_name("/fc/MatMul");
  model.output("y");
  const Imported imported = model.import();
  ASSERT_TRUE(imported.ok()) << model.problems();
  const Graph& g = imported.graph;
  EXPECT_EQ(g.name, "graph");
  std::vector<std::string> names;
  for (const NodeId id : g.order()) names.push_back(g.node(id).name);
  EXPECT_EQ(names, (std::vector<std::string>{"w", "/fc/MatMul", "(Unnamed Layer* 0) [Relu]",
                                             "(Unnamed Layer* 1) [Relu]", "/fc/MatMul_1"}));
  const Node& product = *g.producer(g.find_value("h").value());
  EXPECT_EQ(product.name, "/fc/MatMul");
  EXPECT_EQ(product.origins, std::vector<std::string>{"[ONNX Layer: /fc/MatMul]"});
  EXPECT_EQ(g.value(g.outputs()[0]).name, "y");
  EXPECT_TRUE(g.find_value("w").has_value());
  EXPECT_FALSE(g.find_value("unused").has_value());
}

TEST(ModelImport, InputDims) {
  TestModel model;
  model.input("x", "f32[N,?,3]").input("z", "f32[N,?,3]");
  model.node("Add", {"x", "z"}, {"y"});
  model.output("y");
  const Imported imported = model.import();
  ASSERT_TRUE(imported.ok()) << model.problems();
  const Graph& g = imported.graph;
  EXPECT_EQ(to_string(g.value(g.inputs()[0]).type), "f32[N,x.1,3]");
  EXPECT_EQ(to_string(g.value(g.inputs()[1]).type), "f32[N,z.1,3]");
  ASSERT_EQ(g.constraints().size(), 1U) << "of the two unknown dims, not of N";
}

TEST(ModelImport, NodesInAnyOrder) {
  TestModel model;
  model.input("x", "f32[2]");
  model.node("Neg", {"h"}, {"y"});
  model.node("Exp", {"x"}, {"h"});
  model.output("y");
  expect_near(model.run({Tensor::f32({2}, {0, 1})})[0], {-1, -std::exp(1.0)});
}

TEST(ModelImport, InitializersListedAsInputsAreConstants) {
  TestModel model(7);
  model.proto().set_ir_version(3);
  model.input("x", "f32[2]").input("w", "f32[2]").constant("w", iota({2}));
  model.node("Add", {"x", "w"}, {"y"});
  model.output("y");
  const Imported imported = model.import();
  ASSERT_TRUE(imported.ok());
  EXPECT_EQ(imported.graph.inputs().size(), 1U);
}

TEST(ModelImport, ModelInfo) {
  TestModel model(11);
  model.proto().set_producer_version("1.2");
  model.proto().add_opset_import()->set_domain("com.example");
  const OnnxModel parsed(as_bytes(model.bytes()));
  EXPECT_EQ(parsed.info().producer, "test 1.2");
  EXPECT_EQ(parsed.info().ir_version, 8);
  EXPECT_EQ(parsed.info().opsets[0], (std::pair<std::string, int64_t>("", 11)));
}

// ---- problems

TEST(ModelImport, ReportsEveryProblem) {
  TestModel model;
  model.input("x", "f32[N,3]").input("bad", "f64[2]");
  auto& broken = model.add_initializer("w");
  broken.set_data_type(onnx_format::FLOAT);
  broken.add_dims(4);
  broken.set_raw_data("12");
  model.node("NoSuchOp", {"x"}, {"a"});
  model.node("Softmax", {"x"}, {"b"}, {{"axis", 2}});
  model.node("Add", {"x", "missing"}, {"c"});
  model.node("Add", {"b", "w"}, {"d"});  // on what failed: nothing more to say
  model.node("Relu", {"x"}, {"x"});
  model.node("OtherOp", {"a"}, {"e"}).set_domain("com.example");
  model.output("d").output("never");
  const Imported imported = model.import();
  EXPECT_EQ(model.problems(),
            "input \"bad\": elements of type DOUBLE are supported in constants only\n"
            "initializer \"w\": FLOAT[4] takes 16 bytes, 2 are given\n"
            "node 0 \"the_NoSuchOp\" (NoSuchOp): operator NoSuchOp is not supported\n"
            "node 1 \"the_Softmax\" (Softmax): axis 2 is outside of rank 2\n"
            "node 2 \"the_Add\" (Add): input \"missing\" is produced by no earlier node\n"
            "node 4 \"the_Relu\" (Relu): output \"x\" has another producer already\n"
            "node 5 \"the_OtherOp\" (OtherOp): operator com.example.OtherOp is not supported\n"
            "output \"never\" is produced by no node");
  EXPECT_EQ(imported.unsupported, (std::vector<std::string>{"NoSuchOp", "com.example.OtherOp"}));
  ASSERT_EQ(imported.problems.size(), 8U);
  EXPECT_EQ(imported.problems[0].fault, ImportFault::kUnsupportedDataType);
  EXPECT_EQ(imported.problems[1].fault, ImportFault::kInvalidValue);
  EXPECT_EQ(imported.problems[2].fault, ImportFault::kUnsupportedNode);
  EXPECT_EQ(imported.problems[2].node, 0);
  EXPECT_EQ(imported.problems[3].fault, ImportFault::kInvalidNode);
  EXPECT_EQ(imported.problems[3].node_name, "the_Softmax");
  EXPECT_EQ(imported.problems[3].op, "Softmax");
  EXPECT_NE(imported.problems[3].source_file.find("reduce.cpp"), std::string::npos);
  EXPECT_EQ(imported.problems[4].fault, ImportFault::kInvalidGraph);
  EXPECT_THROW(import_onnx(as_bytes(model.bytes()), {}, {}), Error);
}

TEST(ModelImport, SubgraphsThatCanBeImported) {
  TestModel model;
  model.input("x", "f32[2]");
  model.node("Relu", {"x"}, {"a"});
  model.node("Exp", {"a"}, {"b"});
  model.node("NoSuchOp", {"b"}, {"c"});
  model.node("Neg", {"c"}, {"d"});
  model.output("d");
  const Imported imported = model.import();
  ASSERT_EQ(imported.subgraphs.size(), 3U);
  EXPECT_EQ(imported.subgraphs[0].nodes, (std::vector<int64_t>{0, 1}));
  EXPECT_TRUE(imported.subgraphs[0].supported);
  EXPECT_EQ(imported.subgraphs[1].nodes, (std::vector<int64_t>{2}));
  EXPECT_FALSE(imported.subgraphs[1].supported);
  EXPECT_EQ(imported.subgraphs[2].nodes, (std::vector<int64_t>{3}));
  EXPECT_TRUE(imported.subgraphs[2].supported);
}

TEST(ModelImport, CyclesAreAProblem) {
  TestModel model;
  model.input("x", "f32[2]");
  model.node("Add", {"x", "b"}, {"a"});
  model.node("Relu", {"a"}, {"b"});
  model.output("b");
  EXPECT_NE(model.problems().find("some nodes depend on their own outputs"), std::string::npos);
}

TEST(ModelImport, OpsetsThatAreTooOldOrMissing) {
  TestModel old(6);
  EXPECT_EQ(old.import().problems.at(0).message,
            "the model uses opset 6, the oldest supported is 7");
  TestModel none;
  none.proto().clear_opset_import();
  EXPECT_EQ(none.import().problems.at(0).message, "the model does not say which opset it uses");
  TestModel late(17);
  late.input("x", "f32[2]").node("Gelu", {"x"}, {"y"});
  late.output("y");
  EXPECT_NE(late.problems().find("operator Gelu is not supported as of opset 17"),
            std::string::npos);
}

TEST(ModelImport, UnknownAttributesWarn) {
  TestModel model;
  model.input("x", "f32[2]").node("Relu", {"x"}, {"y"}, {{"colour", 3}});
  model.output("y");
  std::string warnings;
  const Log log([&](Severity s, std::string_view text) {
    if (s == Severity::kWarning) warnings += text;
  });
  EXPECT_TRUE(model.import({}, log).ok());
  EXPECT_EQ(warnings, "the_Relu (Relu): attribute colour is not known and was ignored");
}

TEST(ModelImport, NoModelAtAll) {
  EXPECT_THROW(OnnxModel(as_bytes("")), Error);
  EXPECT_THROW(OnnxModel(as_bytes("this is a text, not a model")), Error);
  EXPECT_THROW(OnnxModel::from_file("/nowhere/model.onnx"), Error);
}

TEST(ModelImport, SupportedOperators) {
  EXPECT_TRUE(supports_operator("Conv"));
  EXPECT_TRUE(supports_operator("LayerNormalization"));
  EXPECT_FALSE(supports_operator("conv"));
  EXPECT_GT(supported_operators().size(), 100U);
}

// ---- data of initializers

Tensor imported_constant(const std::function<void(TensorProto&)>& fill) {
  TestModel model;
  TensorProto& tensor = model.add_initializer("w");
  tensor.add_dims(2);
  fill(tensor);
  return OnnxModel(as_bytes(model.bytes())).initializer("w").value();
}

TEST(InitializerImport, TypedFields) {
  using namespace onnx_format;
  const auto check = [](ElementType type, auto&& add, DataType dtype) {
    const Tensor t = imported_constant([&](TensorProto& p) {
      p.set_data_type(type);
      add(p);
    });
    EXPECT_EQ(t.dtype(), dtype) << type;
    expect_near(t, {1, 2});
  };
  check(
      FLOAT, [](auto& p) { p.add_float_data(1), p.add_float_data(2); }, DataType::kF32);
  check(
      DOUBLE, [](auto& p) { p.add_double_data(1), p.add_double_data(2); }, DataType::kF32);
  check(
      INT64, [](auto& p) { p.add_int64_data(1), p.add_int64_data(2); }, DataType::kI64);
  check(
      UINT64, [](auto& p) { p.add_uint64_data(1), p.add_uint64_data(2); }, DataType::kI64);
  check(
      UINT32, [](auto& p) { p.add_uint64_data(1), p.add_uint64_data(2); }, DataType::kI64);
  const auto small = [](auto& p) { p.add_int32_data(1), p.add_int32_data(2); };
  check(INT32, small, DataType::kI32);
  check(INT16, small, DataType::kI32);
  check(UINT16, small, DataType::kI32);
  check(INT8, small, DataType::kI8);
  check(UINT8, small, DataType::kU8);
  const auto halves = [](auto& p) { p.add_int32_data(0x3c00), p.add_int32_data(0x4000); };
  check(FLOAT16, halves, DataType::kF16);
  const auto bfloats = [](auto& p) { p.add_int32_data(0x3f80), p.add_int32_data(0x4000); };
  check(BFLOAT16, bfloats, DataType::kBF16);
}

TEST(InitializerImport, DoublesStayFinite) {
  const Tensor t = imported_constant([](TensorProto& p) {
    p.set_data_type(onnx_format::DOUBLE);
    p.add_double_data(-1.7e308);
    p.add_double_data(0.1);
  });
  EXPECT_EQ(t.as<float>()[0], -std::numeric_limits<float>::max());
  EXPECT_EQ(t.as<float>()[1], 0.1F);
}

TEST(InitializerImport, WrongSizes) {
  const auto message = [](const std::function<void(TensorProto&)>& fill) -> std::string {
    try {
      imported_constant(fill);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  const std::string w = "initializer \"w\": ";
  EXPECT_EQ(message([](TensorProto& p) { p.set_data_type(1), p.add_float_data(1); }),
            w + "FLOAT[2] has 2 elements, 1 are given");
  EXPECT_EQ(message([](TensorProto& p) { p.set_data_type(7), p.set_raw_data("12345678"); }),
            w + "INT64[2] takes 16 bytes, 8 are given");
  EXPECT_EQ(message([](TensorProto& p) { p.set_data_type(8); }),
            w + "elements of type STRING are not supported");
  EXPECT_EQ(message([](TensorProto& p) { p.set_data_type(99); }),
            w + "elements of type 99 are not supported");
  EXPECT_EQ(message([](TensorProto& p) { p.set_data_type(1), p.add_dims(-1); }),
            w + "has a negative dim, -1");
  EXPECT_NE(message([](TensorProto& p) {
              p.set_data_type(1);
              p.add_dims(int64_t{1} << 40);
              p.add_dims(int64_t{1} << 40);
            }),
            "");
}

TEST(InitializerImport, LargeWeightsOutliveTheModel) {
  Graph graph;
  {
    TestModel model;
    model.input("x", "f32[4096]").constant("w", iota({4096}));
    model.node("Add", {"x", "w"}, {"y"});
    model.output("y");
    graph = import_onnx(as_bytes(model.bytes()), {}, {});
  }
  const Tensor* w = graph.constant(graph.find_value("w").value());
  ASSERT_NE(w, nullptr);
  EXPECT_EQ(w->as<float>()[4095], 4095.0F);
}

TEST(InitializerImport, CanBeReplaced) {
  TestModel model;
  model.input("x", "f32[2]").constant("w", iota({2}));
  model.node("Add", {"x", "w"}, {"y"});
  model.output("y");
  OnnxModel parsed(as_bytes(model.bytes()));
  EXPECT_EQ(parsed.initializer_names(), std::vector<std::string>{"w"});
  const std::vector<float> values{5, 6};
  parsed.set_initializer("w", std::as_bytes(std::span(values)));
  const Imported imported = parsed.import({});
  expect_near(*imported.graph.constant(imported.graph.find_value("w").value()), {5, 6});
  EXPECT_TRUE(parsed.import({}).ok()) << "a model can be imported again";
  EXPECT_THROW(parsed.set_initializer("v", std::as_bytes(std::span(values))), Error);
  EXPECT_THROW(parsed.set_initializer("w", std::as_bytes(std::span(values).first(1))), Error);
}

// ---- external data

class ExternalData : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        std::filesystem::temp_directory_path() /
        ("tenon_external_" + std::to_string(::testing::UnitTest::GetInstance()->random_seed()) +
         "_" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_ / "model" / "data");
    const std::vector<float> values{-1, 7, 8, 9};
    std::ofstream(folder_ / "model" / "data" / "w.bin", std::ios::binary)
        .write(reinterpret_cast<const char*>(values.data()), 16);
    std::filesystem::copy_file(folder_ / "model" / "data" / "w.bin", folder_ / "secret.bin");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  // The initializer with these entries, as text: its values, or what is wrong with it.
  std::string load(const std::vector<std::pair<std::string, std::string>>& entries,
                   bool with_folder = true) {
    TestModel model;
    TensorProto& tensor = model.add_initializer("w");
    tensor.set_data_type(onnx_format::FLOAT);
    tensor.add_dims(2);
    tensor.set_data_location(TensorProto::EXTERNAL);
    for (const auto& [key, value] : entries) {
      auto* entry = tensor.add_external_data();
      entry->set_key(key);
      entry->set_value(value);
    }
    try {
      ImportOptions options;
      if (with_folder) options.folder = folder_ / "model";
      const auto t = OnnxModel(as_bytes(model.bytes()), options).initializer("w").value();
      return fmt::format("{} {}", t.as<float>()[0], t.as<float>()[1]);
    } catch (const Error& error) {
      return error.message().substr(0, error.message().find(" '/"));
    }
  }

  std::filesystem::path folder_;
};

TEST_F(ExternalData, IsReadAtItsOffset) {
  EXPECT_EQ(load({{"location", "data/w.bin"}}), "-1 7");
  EXPECT_EQ(load({{"location", "data/w.bin"}, {"offset", "4"}, {"length", "8"}}), "7 8");
  EXPECT_EQ(load({{"location", "./data/w.bin"}, {"offset", "8"}}), "8 9");
}

TEST_F(ExternalData, StaysInTheFileAndInTheFolder) {
  EXPECT_EQ(load({{"location", "data/w.bin"}, {"offset", "12"}}),
            "takes bytes 12 to 20 of 'data/w.bin', which has 16");
  EXPECT_EQ(load({{"location", "data/w.bin"}, {"length", "12"}}),
            "FLOAT[2] takes 8 bytes, the length in the file is 12");
  EXPECT_EQ(load({{"location", "data/w.bin"}, {"offset", "-4"}}),
            "external data has the offset '-4', which is no size");
  EXPECT_EQ(load({{"location", "data/w.bin"}, {"offset", "99999999999999999999"}}),
            "external data has the offset '99999999999999999999', which is no size");
  EXPECT_EQ(load({{"location", "../secret.bin"}}),
            "refers to '../secret.bin', which leaves the model's folder");
  EXPECT_EQ(load({{"location", "data/../../secret.bin"}}),
            "refers to 'data/../../secret.bin', which leaves the model's folder");
  EXPECT_EQ(load({{"location", (folder_ / "secret.bin").string()}}), "refers to");
  EXPECT_EQ(load({{"location", "absent.bin"}}), "refers to the file");
  EXPECT_EQ(load({{"location", "data"}}), "refers to 'data', which is no file");
  EXPECT_EQ(load({}), "refers to '', no relative path");
  EXPECT_EQ(load({{"location", "data/w.bin"}}, false),
            "refers to the file 'data/w.bin', but the model has no folder");
}

TEST_F(ExternalData, LinksOutOfTheFolderAreRefused) {
  std::filesystem::create_symlink(folder_ / "secret.bin", folder_ / "model" / "link.bin");
  EXPECT_EQ(load({{"location", "link.bin"}}),
            "refers to 'link.bin', which leaves the model's folder");
}

TEST_F(ExternalData, IsFoundBesideTheModelFile) {
  TestModel model;
  TensorProto& tensor = model.add_initializer("w");
  tensor.set_data_type(onnx_format::FLOAT);
  tensor.add_dims(4);
  tensor.set_data_location(TensorProto::EXTERNAL);
  auto* entry = tensor.add_external_data();
  entry->set_key("location");
  entry->set_value("data/w.bin");
  model.input("x", "f32[4]").node("Add", {"x", "w"}, {"y"});
  model.output("y");
  const auto path = folder_ / "model" / "model.onnx";
  const std::string bytes = model.bytes();
  std::ofstream(path, std::ios::binary) << bytes;
  const Graph graph = import_onnx_file(path, {});
  expect_near(*graph.constant(graph.find_value("w").value()), {-1, 7, 8, 9});
}

// ---- local functions

// leaky(x; slope) = prelu by way of Mul and Max; called twice
void add_leaky(onnx_format::ModelProto& proto) {
  auto* function = proto.add_functions();
  function->set_name("Leaky");
  function->set_domain("local");
  function->add_input("x");
  function->add_output("y");
  function->add_attribute("slope");
  function->add_opset_import()->set_version(17);
  const auto node = [&](const std::string& op, std::initializer_list<std::string> inputs,
                        const std::string& output) {
    auto* n = function->add_node();
    n->set_op_type(op);
    n->set_name(op);
    for (const auto& i : inputs) n->add_input(i);
    n->add_output(output);
    return n;
  };
  auto* attribute = node("Constant", {}, "s")->add_attribute();
  attribute->set_name("value_float");
  attribute->set_type(onnx_format::AttributeProto::FLOAT);
  attribute->set_ref_attr_name("slope");
  node("Mul", {"x", "s"}, "t");
  node("Max", {"x", "t"}, "y");
  proto.add_opset_import()->set_domain("local");
}

TEST(FunctionImport, IsCalledWithItsAttributes) {
  TestModel model;
  add_leaky(model.proto());
  model.input("x", "f32[2]");
  model.node("Leaky", {"x"}, {"h"}, {{"slope", 0.5F}}).set_domain("local");
  model.node("Leaky", {"h"}, {"y"}, {{"slope", 0.1F}}).set_domain("local");
  model.proto().mutable_graph()->mutable_node(1)->set_name("second");
  model.output("y");
  expect_near(model.run({Tensor::f32({2}, {-4, 3})})[0], {-0.2, 3});
  const Imported imported = model.import();
  EXPECT_EQ(imported.graph.producer(imported.graph.outputs()[0])->name, "second/Max");
}

TEST(FunctionImport, ProblemsNameTheFunction) {
  TestModel model;
  add_leaky(model.proto());
  model.proto().mutable_functions(0)->mutable_node(1)->set_op_type("Bogus");
  model.input("x", "f32[2]").node("Leaky", {"x"}, {"y"}, {{"slope", 0.5F}}).set_domain("local");
  model.output("y");
  const Imported imported = model.import();
  ASSERT_FALSE(imported.ok());
  EXPECT_EQ(imported.problems[0].message,
            "node 0 \"Mul\" (Bogus): operator Bogus is not supported (in function local:Leaky)");
  EXPECT_EQ(imported.problems[0].functions, std::vector<std::string>{"local:Leaky"});
}

TEST(FunctionImport, EndlessRecursionIsAProblem) {
  TestModel model;
  add_leaky(model.proto());
  auto* inner = model.proto().mutable_functions(0)->mutable_node(2);
  inner->set_op_type("Leaky");
  inner->set_domain("local");
  model.input("x", "f32[2]").node("Leaky", {"x"}, {"y"}, {{"slope", 0.5F}}).set_domain("local");
  model.output("y");
  EXPECT_NE(model.problems().find("functions call each other without end"), std::string::npos);
}

}  // namespace
}  // namespace tenon::testing
