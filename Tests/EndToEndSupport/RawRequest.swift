import JSON

/// A request before it is written as bytes, so that each part can be damaged by itself.
struct RawRequest {
    var method: String
    var path: String
    var query: [(name: String, value: String)] = []
    var headers: [(name: String, value: [UInt8])] = [("Host", Array("127.0.0.1".utf8))]
    var body: [UInt8] = []
    /// Whether the body goes out in chunks instead of by its length.
    var isChunked = false
    /// Headers by which a platform signs a body, made when the request is written.
    private var signature: @Sendable (String) -> [(name: String, value: String)] = { _ in [] }

    init(
        _ method: String, _ path: String, query: [(String, String)] = [], type: String? = nil, _ body: String = ""
    ) {
        self.method = method
        self.path = path
        self.query = query.map { (name: $0.0, value: $0.1) }
        if let type { headers.append(("Content-Type", Array(type.utf8))) }
        self.body = Array(body.utf8)
    }

    /// The request with one more header.
    func adding(_ name: String, _ value: String) -> RawRequest {
        var request = self
        request.headers.append((name, Array(value.utf8)))
        return request
    }

    /// The request with headers that depend on the body as it will be sent.
    func signed(_ signature: @escaping @Sendable (String) -> [(name: String, value: String)]) -> RawRequest {
        var request = self
        request.signature = signature
        return request
    }

    /// The request as it goes over the wire, asking the server to close afterwards.
    var bytes: [UInt8] {
        var target = path
        for (place, item) in query.enumerated() { target += "\(place == 0 ? "?" : "&")\(item.name)=\(item.value)" }
        var bytes = Array("\(method) \(target) HTTP/1.1\r\n".utf8)
        let signature = signature(String(decoding: body, as: UTF8.self)).map { ($0.name, Array($0.value.utf8)) }
        for (name, value) in headers + signature { bytes += Array("\(name): ".utf8) + value + [13, 10] }
        guard isChunked else {
            if !body.isEmpty { bytes += Array("Content-Length: \(body.count)\r\n".utf8) }
            return bytes + Array("Connection: close\r\n\r\n".utf8) + body
        }
        bytes += Array("Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n".utf8)
        var rest = body[...]
        while !rest.isEmpty {
            let part = rest.prefix(1 + rest.count / 3)
            bytes += Array("\(String(part.count, radix: 16))\r\n".utf8) + part + [13, 10]
            rest = rest.dropFirst(part.count)
        }
        return bytes + Array("0\r\n\r\n".utf8)
    }
}

extension RawRequest {
    /// Valid requests of the API and the REST channel that are answered without a process of their own, for one
    /// conversation.
    static func quick(_ conversation: String) -> [RawRequest] {
        let path = "/conversations/\(conversation)"
        let json = "application/json"
        let events = """
            [{"event": "session_started", "timestamp": 1.5}, {"event": "user", "text": "hello", "timestamp": 2.0,
             "metadata": {"a": [1, null]}, "parse_data": {"intent": {"name": "greet", "confidence": 0.9}, "text": "",
             "entities": [{"entity": "tea", "start": 0, "end": 5, "value": "green", "extractor": "x"}]}},
             {"event": "slot", "name": "tea", "value": "mint"}, {"event": "action", "name": "utter_welcome",
             "policy": "rules", "confidence": 1.0}, {"event": "bot", "text": "hi", "data": {"image": null}},
             {"event": "followup", "name": "action_listen"}, {"event": "undo"}, {"event": "rewind"}]
            """
        return [
            RawRequest("GET", "/"), RawRequest("GET", "/version"), RawRequest("GET", "/status"),
            RawRequest("GET", "/openapi.json"), RawRequest("GET", "/domain"), RawRequest("OPTIONS", "/domain"),
            RawRequest("GET", "\(path)/tracker", query: [("include_events", "ALL"), ("until", "5e9")]),
            RawRequest("GET", "\(path)/story", query: [("all_sessions", "true"), ("until", "5e9")]),
            RawRequest(
                "POST", "\(path)/tracker/events",
                query: [("include_events", "APPLIED"), ("execute_side_effects", "true"), ("output_channel", "latest")],
                type: json,
                #"{"event": "reminder", "intent": "greet", "date_time": "2030-01-01T12:00:00", "name": "r", "#
                    + #""entities": {"tea": "mint"}, "kill_on_user_msg": true}"#),
            RawRequest("POST", "\(path)/tracker/events", type: json, events),
            RawRequest("PUT", "\(path)/tracker/events", type: json, events),
            RawRequest(
                "POST", "\(path)/execute", query: [("output_channel", "rest")], type: json,
                #"{"name": "utter_served", "policy": "me", "confidence": 0.5}"#),
            RawRequest(
                "POST", "\(path)/trigger_intent", query: [("include_events", "NONE")], type: json,
                #"{"name": "order_tea", "entities": {"tea": "green"}}"#),
            RawRequest("POST", "\(path)/predict", type: json),
            RawRequest(
                "POST", "\(path)/messages", type: json,
                #"{"text": "a mint tea", "sender": "user", "parse_data": {"intent": {"name": "order_tea", "#
                    + #""confidence": 1}, "entities": []}}"#),
            RawRequest(
                "POST", "/model/parse", query: [("emulation_mode", "LUIS")], type: json, #"{"text": "a mint tea"}"#),
            RawRequest("POST", "/model/parse", type: json, #"{"text": "hello, ünï-\ud83d\ude00 14:30 a@b.example"}"#),
            RawRequest("POST", "/model/predict", type: json, events), RawRequest("GET", "/webhooks/rest/"),
            RawRequest(
                "POST", "/webhooks/rest/webhook", type: json,
                #"{"sender": "\#(conversation)", "message": "hello", "metadata": {"a": {"b": 1}}}"#),
            RawRequest(
                "POST", "/webhooks/rest/webhook", query: [("stream", "true")], type: json,
                #"{"sender": "\#(conversation)", "message": "/order_tea{\"tea\": \"mint\"}"}"#),
        ]
    }

    /// Valid requests for which the server starts a process.
    ///
    /// - Parameter model: The path of an archive.
    static func slow(model: String) -> [RawRequest] {
        let data = """
            version: "3.1"
            language: en
            pipeline: [{name: WhitespaceTokenizer}, {name: KeywordIntentClassifier}]
            policies: [{name: MemoizationPolicy, max_history: 3}, {name: RulePolicy}]
            intents: [greet, bye]
            entities: [tea]
            slots: {tea: {type: text, mappings: [{type: from_entity, entity: tea}]}}
            responses: {utter_greet: [{text: "hi {tea}"}]}
            nlu:
            - intent: greet
              examples: |
                - hello
                - good [morning](tea)
            - intent: bye
              examples: |
                - goodbye
            rules: [{rule: r, steps: [{intent: bye}, {action: utter_greet}]}]
            stories: [{story: s, steps: [{intent: greet}, {action: utter_greet}]}]
            """
        let yaml = "application/x-yaml"
        return [
            RawRequest(
                "POST", "/model/train", query: [("save_to_default_model_directory", "false"), ("augmentation", "5")],
                type: yaml, data),
            RawRequest("POST", "/model/test/intents", type: yaml, data),
            RawRequest("POST", "/model/test/intents", query: [("cross_validation_folds", "2")], type: yaml, data),
            RawRequest("POST", "/model/test/stories", query: [("e2e", "true")], type: yaml, data),
            RawRequest("PUT", "/model", type: "application/json", #"{"model_file": "\#(model)"}"#),
            RawRequest("DELETE", "/model"),
        ]
    }
}
