package dev.nivel.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/** {@code openapi.json} describes the routes that there are, and no others. */
class OpenApiTest {
  private static final JsonMapper MAPPER = JsonMapper.builder()
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .build();
  private static final JsonNode API = api();
  private static final List<Operation> OPERATIONS = operations();

  /** A method of a path, as it is described. */
  private record Operation(String method, String path, JsonNode node) {
    @Override
    public String toString() {
      return method + " " + path;
    }

    /** Its answers by status, references followed. */
    Map<String, JsonNode> responses() {
      Map<String, JsonNode> responses = new TreeMap<>();
      node.path("responses")
          .properties()
          .forEach(response -> responses.put(response.getKey(), resolved(response.getValue())));
      return responses;
    }

    /** Its parameters and those of its path, references followed. */
    List<JsonNode> parameters() {
      JsonNode ofPath = API.path("paths").path(path).path("parameters");
      return Stream.concat(ofPath.valueStream(), node.path("parameters").valueStream())
          .map(OpenApiTest::resolved)
          .toList();
    }
  }

  /** A body that is described: of a request or of an answer. */
  private record Body(String name, String contentType, JsonNode content) {
    List<JsonNode> examples() {
      return content.path("examples")
          .valueStream()
          .map(example -> resolved(example).path("value"))
          .toList();
    }
  }

  private static JsonNode api() {
    try (InputStream file = OpenApiTest.class.getResourceAsStream("openapi.json")) {
      return MAPPER.readTree(Objects.requireNonNull(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Operation> operations() {
    List<Operation> operations = new ArrayList<>();
    API.path("paths").properties().forEach(path -> path.getValue().properties().forEach(member -> {
      if (!member.getKey().equals("parameters")) {
        operations.add(new Operation(member.getKey().toUpperCase(Locale.ROOT), path.getKey(),
            member.getValue()));
      }
    }));
    return operations;
  }

  private static JsonNode resolved(JsonNode node) {
    return node.has("$ref") ? API.at(node.path("$ref").stringValue().substring(1)) : node;
  }

  private static List<Body> bodies() {
    List<Body> bodies = new ArrayList<>();
    for (Operation operation : OPERATIONS) {
      addBodies(bodies, operation + ", request", operation.node().path("requestBody"));
      operation.responses()
          .forEach((status, response) -> addBodies(bodies, operation + ", " + status, response));
    }
    return bodies;
  }

  private static void addBodies(List<Body> bodies, String name, JsonNode holder) {
    holder.path("content")
        .properties()
        .forEach(type -> bodies.add(new Body(name, type.getKey(), type.getValue())));
  }

  @Test
  void everyRouteIsDescribedAndNothingElse() throws IOException {
    Set<String> described = new TreeSet<>();
    OPERATIONS.forEach(operation -> described.add(operation.toString()));
    assertThat(described).containsAll(SourceRoutes.all().keySet());
    described.removeAll(SourceRoutes.all().keySet());
    assertThat(described).allSatisfy(head -> { // every GET is answered as HEAD too
      assertThat(head).startsWith("HEAD ");
      assertThat(SourceRoutes.all()).containsKey(head.replaceFirst("HEAD", "GET"));
    });
  }

  @Test
  void routesThatAreOpenNeedNoTokenAndAllOthersDo() throws IOException {
    assertThat(API.at("/security/0").has("bearer")).isTrue();
    assertThat(API.at("/components/securitySchemes/bearer/scheme").stringValue())
        .isEqualTo("bearer");
    for (Operation operation : OPERATIONS) {
      boolean isOpen = SourceRoutes.all()
          .getOrDefault(operation.toString().replaceFirst("HEAD", "GET"), false);
      JsonNode security = operation.node().path("security");
      assertThat(security.isArray() && security.isEmpty()).as("%s", operation).isEqualTo(isOpen);
      assertThat(security.isMissingNode()).as("%s", operation).isEqualTo(!isOpen);
      assertThat(operation.responses().containsKey("401")).as("%s", operation).isEqualTo(!isOpen);
    }
  }

  @Test
  void everyReferenceLeadsSomewhereAndEveryComponentIsReferredTo() {
    Set<String> references = new TreeSet<>();
    API.findValues("$ref").forEach(reference -> references.add(reference.stringValue()));
    assertThat(references).isNotEmpty().allSatisfy(reference -> {
      assertThat(reference).startsWith("#/components/");
      assertThat(API.at(reference.substring(1)).isMissingNode()).isFalse();
    });
    API.path("components").properties().forEach(kind -> {
      if (!kind.getKey().equals("securitySchemes")) {
        assertThat(references).containsAll(kind.getValue()
            .propertyStream()
            .map(component -> "#/components/" + kind.getKey() + "/" + component.getKey())
            .toList());
      }
    });
  }

  @Test
  void everyOperationHasANameOfItsOwnASummaryAndAKnownTag() {
    List<String> tags = API.path("tags")
        .valueStream()
        .map(tag -> tag.path("name").asString())
        .toList();
    Set<String> names = new TreeSet<>();
    for (Operation operation : OPERATIONS) {
      String name = operation.node().path("operationId").asString("");
      assertThat(name).as("%s", operation).matches("[a-z][A-Za-z]+");
      assertThat(names.add(name)).as("%s is there once", name).isTrue();
      assertThat(operation.node().path("summary").asString("")).as("%s", operation).isNotBlank();
      assertThat(tags).as("%s", operation).contains(operation.node().at("/tags/0").asString(""));
    }
  }

  @Test
  void everyOperationSaysHowItSucceedsAndHowItFails() {
    for (Operation operation : OPERATIONS) {
      Set<String> statuses = operation.responses().keySet();
      assertThat(statuses).as("%s", operation)
          .anyMatch(status -> status.matches("2\\d\\d"))
          .anyMatch(status -> status.matches("[45]\\d\\d"));
      operation.responses().forEach((status, response) -> {
        String name = operation + ", " + status;
        assertThat(response.path("description").asString("")).as(name).isNotBlank();
        boolean isProblem = status.matches("[45]\\d\\d|default")
            && !operation.method().equals("HEAD");
        assertThat(response.path("content").has("application/problem+json")).as(name)
            .isEqualTo(isProblem);
      });
    }
  }

  @Test
  void everyParameterOfAPathIsDeclaredAndEveryParameterIsDescribed() {
    for (Operation operation : OPERATIONS) {
      Set<String> declared = new TreeSet<>();
      for (JsonNode parameter : operation.parameters()) {
        String name = parameter.path("name").asString("");
        assertThat(parameter.path("description").asString("")).as(name).isNotBlank();
        assertThat(parameter.path("schema").isObject()).as(name).isTrue();
        if (parameter.path("in").asString("").equals("path")) {
          assertThat(parameter.path("required").asBoolean(false)).as(name).isTrue();
          assertThat(declared.add(name)).as(name).isTrue();
        }
      }
      assertThat(declared).as("%s", operation)
          .isEqualTo(Pattern.compile("\\{(\\w+)}")
              .matcher(operation.path())
              .results()
              .map(variable -> variable.group(1))
              .collect(Collectors.toCollection(TreeSet::new)));
    }
  }

  @Test
  void everyBodyOfJsonButThisOneHasExamplesThatParse() {
    for (Body body : bodies()) {
      if (body.contentType().contains("json") && !body.name().startsWith("GET /openapi.json")) {
        assertThat(body.examples()).as(body.name())
            .isNotEmpty()
            .noneMatch(JsonNode::isMissingNode)
            .allSatisfy(OpenApiTest::assertParses);
      }
    }
  }

  private static void assertParses(JsonNode example) {
    String text = example.isString() ? example.stringValue() : example.toString();
    text.lines()
        .forEach(line -> assertThatCode(() -> MAPPER.readTree(line)).doesNotThrowAnyException());
  }

  @Test
  void everyExampleOfJsonIsWhatItsSchemaSays() {
    for (Body body : bodies()) {
      for (JsonNode example : body.examples()) {
        assertThat(faults(body.content().path("schema"), example)).as(body.name()).isEmpty();
      }
    }
  }

  @Test
  void everyExampleOfAProblemHasTheStatusOfItsAnswerAndTheTypeOfItsTitle() {
    for (Body body : bodies()) {
      if (body.contentType().equals("application/problem+json")) {
        for (JsonNode example : body.examples()) {
          int status = example.path("status").asInt();
          assertThat(body.name()).matches(".*, (default|" + status + ")");
          JsonNode real = MAPPER.readTree(new Problem(status, "x").response().body());
          assertThat(example.path("title")).as(body.name()).isEqualTo(real.path("title"));
          assertThat(example.path("type")).as(body.name()).isEqualTo(real.path("type"));
        }
      }
    }
  }

  @Test
  void stampsAreDecimalStrings() {
    JsonNode stamp = API.at("/components/schemas/Stamp");
    assertThat(faults(stamp, MAPPER.readTree("\"445628708468739\""))).isEmpty();
    assertThat(faults(stamp, MAPPER.readTree("445628708468739"))).isNotEmpty();
    assertThat(faults(stamp, MAPPER.readTree("\"12345678901234567\""))).isNotEmpty();
    for (String member : List.of("EntryReceipt/properties/stamp", "Item/allOf/0/properties/id",
        "Entry/allOf/0/properties/stamp", "Erased/properties/stamp",
        "ItemsReceipt/properties/items/items/properties/id")) {
      assertThat(API.at("/components/schemas/" + member + "/$ref").asString("")).as(member)
          .isEqualTo("#/components/schemas/Stamp");
    }
  }

  /** What keeps a value from being what a schema says, as far as our schemas say it. */
  private static List<String> faults(JsonNode schema, JsonNode value) {
    List<String> faults = new ArrayList<>(faultsOfItself(schema, value));
    if (schema.has("$ref")) {
      faults.addAll(faults(resolved(schema), value));
    }
    schema.path("allOf").forEach(part -> faults.addAll(faults(part, value)));
    long choices = schema.path("oneOf")
        .valueStream()
        .filter(choice -> faults(choice, value).isEmpty())
        .count();
    if (schema.has("oneOf") && choices != 1) {
      faults.add(value + " is " + choices + " of one");
    }
    faults.addAll(faultsWithin(schema, value));
    return faults;
  }

  private static List<String> faultsOfItself(JsonNode schema, JsonNode value) {
    List<String> faults = new ArrayList<>();
    if (schema.has("type") && !isOfType(schema.path("type"), value)) {
      faults.add(value + " is not of type " + schema.path("type"));
    }
    if (schema.has("const") && !schema.path("const").equals(value)) {
      faults.add(value + " is not " + schema.path("const"));
    }
    if (schema.has("enum") && schema.path("enum").valueStream().noneMatch(value::equals)) {
      faults.add(value + " is not among " + schema.path("enum"));
    }
    String pattern = schema.path("pattern").asString("");
    if (!Pattern.compile(pattern).matcher(value.asString("")).find()) {
      faults.add(value + " is not like " + pattern);
    }
    return faults;
  }

  private static List<String> faultsWithin(JsonNode schema, JsonNode value) {
    List<String> faults = new ArrayList<>();
    schema.path("required").forEach(name -> {
      if (!value.has(name.stringValue())) {
        faults.add(value + " has no " + name);
      }
    });
    if (value.isArray() && schema.has("items")) {
      value.forEach(element -> faults.addAll(faults(schema.path("items"), element)));
    }
    value.properties().forEach(member -> {
      JsonNode named = schema.path("properties").path(member.getKey());
      JsonNode any = schema.path("additionalProperties");
      if (any.isBoolean() && named.isMissingNode()) {
        faults.add(value + " has " + member.getKey());
      }
      faults.addAll(faults(named.isMissingNode() ? any : named, member.getValue()));
    });
    return faults;
  }

  private static boolean isOfType(JsonNode types, JsonNode value) {
    List<JsonNode> all = types.isArray() ? types.valueStream().toList() : List.of(types);
    return all.stream().anyMatch(type -> switch (type.stringValue()) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isString();
      case "boolean" -> value.isBoolean();
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      case "null" -> value.isNull();
      default -> false;
    });
  }

  /**
   * The routes as the sources of the {@code *Routes} classes name them, since making these classes
   * takes stores. By method and path; true if open.
   */
  private static final class SourceRoutes {
    private static final Path DIRECTORY = Path.of("src/main/java/dev/nivel/server");
    private static final Pattern CONSTANT = Pattern.compile("String (\\w+) =\\s*\"([^\"]*)\";");
    private static final Pattern START = Pattern.compile("Route\\.(get|put|post|delete)\\(");
    private static final Pattern ROUTE = Pattern.compile(
        START.pattern() + "\\s*(\"[^\"]*\"|\\w+)[^()]*\\)((?:\\s*\\.\\w+\\([^()]*\\))*)");

    static Map<String, Boolean> all() throws IOException {
      Map<String, Boolean> routes = new TreeMap<>();
      String table = Files.readString(DIRECTORY.resolve("Routes.java"));
      try (Stream<Path> files = Files.list(DIRECTORY)) {
        for (Path file : files.filter(path -> path.toString().matches(".*\\wRoutes\\.java"))
            .toList()) {
          String name = file.getFileName().toString().replace(".java", "");
          assertThat(table).as("the table of all routes").contains("new " + name + "(");
          routes.putAll(of(Files.readString(file)));
        }
      }
      assertThat(routes).hasSizeGreaterThan(20);
      return routes;
    }

    private static Map<String, Boolean> of(String source) {
      Map<String, String> constants = new HashMap<>();
      CONSTANT.matcher(source)
          .results()
          .forEach(constant -> constants.put(constant.group(1), constant.group(2)));
      Map<String, Boolean> routes = new TreeMap<>();
      List<MatchResult> found = ROUTE.matcher(source).results().toList();
      assertThat(found).hasSize((int) START.matcher(source).results().count());
      for (MatchResult route : found) {
        String path = route.group(2).startsWith("\"") ? route.group(2).replace("\"", "")
            : Objects.requireNonNull(constants.get(route.group(2)), route.group(2));
        routes.put(route.group(1).toUpperCase(Locale.ROOT) + " " + path,
            route.group(3).contains(".open()"));
      }
      return routes;
    }
  }
}
