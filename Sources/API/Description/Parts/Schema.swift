import JSON

/// What a JSON value must look like: a JSON Schema, as OpenAPI 3.1 uses it.
struct Schema: Sendable {
    let json: JSON

    private init(_ members: JSONObject) { json = .object(members) }

    private static func kind(_ name: String, _ more: JSONObject = [:]) -> Schema {
        let members: JSONObject = ["type": .string(name)]
        return Schema(members.merging(more) { $1 })
    }

    static let any = Schema([:])
    static let string = kind("string")
    static let number = kind("number")
    static let boolean = kind("boolean")
    static let object = kind("object")
    static let null = kind("null")

    /// A string that is not empty.
    static let text = kind("string", ["minLength": 1])

    static func integer(atLeast least: Int? = nil, otherwise given: Int? = nil) -> Schema {
        var more: JSONObject = [:]
        more["minimum"] = least.map(JSON.int)
        more["default"] = given.map(JSON.int)
        return kind("integer", more)
    }

    static func word(_ words: [String], otherwise given: String? = nil) -> Schema {
        var more: JSONObject = ["enum": .array(words.map(JSON.string))]
        more["default"] = given.map(JSON.string)
        return kind("string", more)
    }

    /// True or false, with what counts where it is not given.
    static func flag(otherwise given: Bool) -> Schema { kind("boolean", ["default": .bool(given)]) }

    static func list(of element: Schema, atLeast least: Int = 0) -> Schema {
        kind("array", least > 0 ? ["items": element.json, "minItems": .int(least)] : ["items": element.json])
    }

    /// An object whose members have names of any kind.
    static func map(of value: Schema) -> Schema {
        kind("object", ["additionalProperties": value.json])
    }

    /// An object with at least these members. Further ones are allowed, as clients must expect them.
    static func object(
        _ needed: KeyValuePairs<String, Schema>, optional: KeyValuePairs<String, Schema> = [:]
    ) -> Schema {
        var properties: JSONObject = [:]
        for (name, value) in needed { properties[name] = value.json }
        for (name, value) in optional { properties[name] = value.json }
        var more: JSONObject = ["properties": .object(properties)]
        if !needed.isEmpty { more["required"] = .array(needed.map { .string($0.key) }) }
        return kind("object", more)
    }

    /// The schema of this name among the document's.
    static func named(_ name: String) -> Schema {
        Schema(["$ref": .string("#/components/schemas/\(name)")])
    }

    /// Whatever fits one of these at least.
    static func any(of choices: [Schema]) -> Schema {
        Schema(["anyOf": .array(choices.map(\.json))])
    }

    /// Whatever fits one of these at least.
    static func any(of choices: Schema...) -> Schema { any(of: choices) }

    static func values(_ values: [JSON]) -> Schema { Schema(["enum": .array(values)]) }

    /// What is meant to look like this; anything else is taken too, and counts as if it were missing unless words say
    /// otherwise.
    static func lenient(_ meant: Schema) -> Schema { .any(of: meant, .any) }

    /// What Python takes for false.
    static let nothing = values([.null, false, 0, "", [], [:]])

    /// A day and a time of RFC 3339.
    static let time = kind("string", ["format": "date-time"]).example("2030-01-01T12:00:00Z")

    /// An array whose first element looks like this.
    static func tuple(_ first: Schema) -> Schema {
        kind("array", ["prefixItems": [first.json], "minItems": 1])
    }

    /// The same words in upper and lower case, or none.
    var inAnyCase: Schema {
        let words = (json["enum"]?.array ?? []).compactMap(\.string)
        let patterns = words.map { word in
            word.unicodeScalars.map { scalar in
                let (upper, lower) = (scalar.properties.uppercaseMapping, scalar.properties.lowercaseMapping)
                return upper == lower ? upper : "[\(upper)\(lower)]"
            }.joined()
        }
        return .any(of: self, Schema.kind("string", ["pattern": .string("^(\(patterns.joined(separator: "|")))?$")]))
    }

    var orNull: Schema { .any(of: self, .null) }

    /// The same with words for people.
    func described(_ description: String) -> Schema { with("description", .string(description)) }

    /// The same with a value that shows it.
    func example(_ value: JSON) -> Schema { with("examples", [value]) }

    private func with(_ name: String, _ value: JSON) -> Schema {
        var members = json.object ?? [:]
        members[name] = value
        return Schema(members)
    }
}

extension Schema {
    /// An object whose member of this name has this value.
    ///
    /// - Parameter common: Members that all objects of the kind may have.
    static func tagged(
        _ name: String, _ value: String, _ needed: KeyValuePairs<String, Schema>,
        optional: KeyValuePairs<String, Schema>, common: [(String, Schema)]
    ) -> Schema {
        var properties: JSONObject = [name: ["const": .string(value)]]
        for (name, value) in common { properties[name] = value.json }
        for (name, value) in needed { properties[name] = value.json }
        for (name, value) in optional { properties[name] = value.json }
        let required = [name] + needed.map(\.key)
        return kind(
            "object", ["properties": .object(properties), "required": .array(required.map(JSON.string))])
    }
}
