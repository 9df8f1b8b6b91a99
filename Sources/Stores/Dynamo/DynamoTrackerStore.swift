public import AWS
public import Dialogue
internal import JSON

/// Keeps conversations in DynamoDB in Rasa's table and format (`DynamoTrackerStore`), so that both may work on them in
/// turn: one item for each conversation, with its events as a list.
public final class DynamoTrackerStore: TrackerStore {
    private let client: DynamoClient
    private let table: String

    /// A store over a client of its own.
    ///
    /// - Parameter table: The table's name; it is made where it is missing, as Rasa does.
    public init(client: DynamoClient, table: String) {
        self.client = client
        self.table = table
    }

    /// Makes the table where it is missing, and waits until it can be used.
    ///
    /// - Throws: ``StoreError``.
    public func prepare() async throws(StoreError) {
        let name: JSON = ["TableName": .string(table)]
        do throws(DynamoError) {
            for attempt in 0..<60 {
                do throws(DynamoError) {
                    let answer = try await client.call("DescribeTable", name)
                    let status = answer["Table"]?["TableStatus"]?.string
                    if status == "ACTIVE" || status == "UPDATING" { return }
                } catch  where error.type == "ResourceNotFoundException" {
                    if attempt == 0 { try await makeTable() }
                }
                await client.pause(.seconds(1))
            }
        } catch {
            throw Self.failure(error)
        }
        throw StoreError(.unreachable, "the table '\(table)' of DynamoDB does not become active")
    }

    private func makeTable() async throws(DynamoError) {
        do throws(DynamoError) {
            _ = try await client.call(
                "CreateTable",
                [
                    "TableName": .string(table),
                    "KeySchema": [["AttributeName": "sender_id", "KeyType": "HASH"]],
                    "AttributeDefinitions": [["AttributeName": "sender_id", "AttributeType": "S"]],
                    "ProvisionedThroughput": ["ReadCapacityUnits": 5, "WriteCapacityUnits": 5],
                ])
        } catch  where error.type == "ResourceInUseException" {
            // Another worker was faster.
        }
    }

    /// Reads the item, and compares it with what the caller knows.
    public func changes(to conversation: String, since position: StorePosition) async throws -> StoredChanges {
        guard let stored = try await read(conversation) else { return position == .start ? .none : .other(nil) }
        let isKnown =
            position.length == 0
            || position.length <= stored.times.count
                && Mark(time: stored.times[position.length - 1], generation: stored.generation).text == position.mark
        let end = StorePosition(
            length: stored.times.count,
            mark: Mark(time: stored.times.last ?? "", generation: stored.generation).text)
        guard isKnown else {
            return .other(StoredConversation(events: try Self.events(stored.values), position: end))
        }
        let added = try Self.events(Array(stored.values[position.length...]))
        return added.isEmpty && position != .start ? .none : .added(added, end)
    }

    /// Adds the events to the item's list, on the condition that it is as long as it was, ends with the same event, and
    /// that no later turn has written.
    public func append(
        _ events: [Event], to conversation: String, after position: StorePosition, fence: Int
    ) async throws -> StorePosition {
        guard !events.isEmpty else { return position }
        let values = events.map { DynamoValue.encode($0.json) }
        var input = condition(after: position, fence: fence)
        input.names["#events"] = "events"
        input.names["#name"] = "name"
        input.values[":new"] = .object(["L": .array(values)])
        input.values[":empty"] = ["L": []]
        input.values[":name"] = ["S": .string(conversation)]
        try await write(
            "UpdateItem", conversation,
            [
                "Key": ["sender_id": ["S": .string(conversation)]],
                "UpdateExpression": .string(
                    "SET #events = list_append(if_not_exists(#events, :empty), :new), #name = :name, #fence = :fence"),
            ], input)
        let mark = Mark(time: Self.time(values.last) ?? "", generation: Mark(position.mark).generation)
        return StorePosition(length: position.length + events.count, mark: mark.text)
    }

    /// Writes the item anew, on the same condition.
    public func replace(
        _ conversation: String, with events: [Event], after position: StorePosition, fence: Int
    ) async throws -> StorePosition {
        let values = events.map { DynamoValue.encode($0.json) }
        let sender: JSON = ["S": .string(conversation)]
        try await write(
            "PutItem", conversation,
            [
                "Item": [
                    "sender_id": sender, "name": sender, "events": ["L": .array(values)],
                    Self.fence: ["N": .string(String(fence))], Self.generation: ["N": .string(String(fence))],
                ]
            ], condition(after: position, fence: fence))
        let mark = Mark(time: Self.time(values.last) ?? "", generation: String(fence))
        return StorePosition(length: events.count, mark: mark.text)
    }

    /// All conversations of the table, page by page.
    public func conversations() async throws -> [String] {
        var input: JSONObject = ["TableName": .string(table), "ProjectionExpression": "sender_id"]
        var names: [String] = []
        repeat {
            let page: JSON
            do {
                page = try await client.call("Scan", .object(input))
            } catch {
                throw Self.failure(error)
            }
            names += page["Items"]?.array?.compactMap { $0["sender_id"]?["S"]?.string } ?? []
            input["ExclusiveStartKey"] = page["LastEvaluatedKey"]
        } while input["ExclusiveStartKey"]?.isNull == false
        return names
    }

    /// Closes the connections.
    public func close() async {
        await client.close()
    }

    // MARK: Requests

    /// The attribute that holds the fence of the last writer; Rasa neither reads nor keeps it.
    private static let fence = "parley_fence"
    /// The attribute that holds the fence of the writer who last replaced the whole conversation: tells it from the one
    /// before, which may have been as long and have ended at the same time.
    private static let generation = "parley_generation"

    /// What a position remembers of the last event.
    private struct Mark {
        /// Its time, as a number's text.
        var time: String
        /// The conversation's generation; empty where it was never replaced.
        var generation: String

        init(time: String, generation: String) {
            self.time = time
            self.generation = generation
        }

        init(_ text: String) {
            let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            self.init(time: String(parts.first ?? ""), generation: parts.count > 1 ? String(parts[1]) : "")
        }

        var text: String { generation.isEmpty ? time : "\(time)/\(generation)" }
    }

    private struct Condition {
        var text: String
        var names: JSONObject
        var values: JSONObject
    }

    private func condition(after position: StorePosition, fence: Int) -> Condition {
        var condition = Condition(
            text: "(attribute_not_exists(#fence) OR #fence <= :fence)", names: ["#fence": .string(Self.fence)],
            values: [":fence": ["N": .string(String(fence))]])
        condition.names["#events"] = "events"
        if position.length == 0 {
            condition.values[":zero"] = ["N": "0"]
            condition.text += " AND (attribute_not_exists(#events) OR size(#events) = :zero)"
        } else {
            condition.names["#time"] = "timestamp"
            condition.values[":count"] = ["N": .string(String(position.length))]
            let mark = Mark(position.mark)
            condition.values[":time"] = ["N": .string(mark.time)]
            condition.text += " AND size(#events) = :count AND #events[\(position.length - 1)].#time = :time"
            condition.names["#generation"] = .string(Self.generation)
            if mark.generation.isEmpty {
                condition.text += " AND attribute_not_exists(#generation)"
            } else {
                condition.text += " AND #generation = :generation"
                condition.values[":generation"] = ["N": .string(mark.generation)]
            }
        }
        return condition
    }

    private func write(
        _ operation: String, _ conversation: String, _ what: JSONObject, _ condition: Condition
    ) async throws(StoreError) {
        var input = what
        input["TableName"] = .string(table)
        input["ConditionExpression"] = .string(condition.text)
        input["ExpressionAttributeNames"] = .object(condition.names)
        input["ExpressionAttributeValues"] = .object(condition.values)
        do {
            _ = try await client.call(operation, .object(input))
        } catch {
            throw Self.failure(error)
        }
    }

    private struct Item {
        /// The events as DynamoDB has them.
        let values: [JSON]
        /// The time of each, as a number's text.
        let times: [String]
        /// Which of several whole conversations it is.
        let generation: String
    }

    private func read(_ conversation: String) async throws(StoreError) -> Item? {
        let answer: JSON
        do {
            answer = try await client.call(
                "GetItem",
                [
                    "TableName": .string(table), "Key": ["sender_id": ["S": .string(conversation)]],
                    "ConsistentRead": true,
                ])
        } catch {
            throw Self.failure(error)
        }
        guard let item = answer["Item"] else { return nil }
        let values = item["events"]?["L"]?.array ?? []
        return Item(
            values: values, times: values.map { Self.time($0) ?? "" },
            generation: item[Self.generation]?["N"]?.string ?? "")
    }

    private static func time(_ event: JSON?) -> String? {
        guard let text = event?["M"]?["timestamp"]?["N"]?.string, text.contains(".") else {
            return event?["M"]?["timestamp"]?["N"]?.string
        }
        // The service drops zeros at the end, stand-ins may not.
        let digits = text.reversed().drop { $0 == "0" }.reversed()
        return String(digits.last == "." ? Array(digits.dropLast()) : Array(digits))
    }

    private static func events(_ values: [JSON]) throws(StoreError) -> [Event] {
        var list: [JSON] = []
        for value in values {
            guard let json = DynamoValue.decode(value) else {
                throw StoreError(.unreadable, "what DynamoDB holds for the conversation is no list of events")
            }
            list.append(json)
        }
        do throws(EventError) {
            return try Event.list(from: list)
        } catch {
            throw StoreError(.unreadable, "what DynamoDB holds for the conversation cannot be read: \(error)")
        }
    }

    private static func failure(_ error: DynamoError) -> StoreError {
        switch error.type {
        case "ConditionalCheckFailedException": .conflict
        // An item holds at most 400 KB, and numbers 38 digits.
        case "ValidationException": StoreError(.refused, "the tracker store in DynamoDB: \(error)")
        default: StoreError(.unreachable, "the tracker store in DynamoDB: \(error)")
        }
    }
}
