package import AWS
package import Dialogue
import JSON

/// Keeps conversations in DynamoDB in Rasa's table and format (`DynamoTrackerStore`), so that both may work on them in
/// turn: one item for each conversation, with its events as a list.
package final class DynamoTrackerStore: TrackerStore {
    private let client: DynamoClient
    private let table: String

    /// A store over a client of its own.
    ///
    /// - Parameter table: The table's name; it is made where it is missing, as Rasa does.
    package init(client: DynamoClient, table: String) {
        self.client = client
        self.table = table
    }

    /// Makes the table where it is missing, and waits until it can be used.
    ///
    /// - Throws: ``StoreError``.
    package func prepare() async throws(StoreError) {
        let name: JSON = ["TableName": .string(table)]
        do throws(DynamoError) {
            for attempt in 0..<60 {
                do throws(DynamoError) {
                    let response = try await client.call("DescribeTable", name)
                    let status = response["Table"]?["TableStatus"]?.string
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
    package func changes(to conversation: String, since position: Revision) async throws -> StoredChanges {
        guard let stored = try await read(conversation) else { return position == .start ? .none : .other(nil) }
        guard position == .start || stored.position(at: position.length) == position else {
            return .other(StoredConversation(events: try stored.events(), position: stored.end))
        }
        let added = try stored.events(after: position.length)
        return added.isEmpty && position != .start ? .none : .added(added, stored.end)
    }

    /// Adds the events to the item's list, on the condition that it is as long as it was, ends with the same event, and
    /// that no later turn has written.
    package func append(
        _ events: [Event], to conversation: String, after position: Revision, fence: Int
    ) async throws -> Revision {
        guard !events.isEmpty else { return position }
        let values = events.map { DynamoValue.encode($0.json) }
        var input = condition(after: position, fence: fence)
        input.names["#events"] = "events"
        input.names["#name"] = "name"
        input.values[":new"] = .object(["L": .array(values)])
        input.values[":empty"] = ["L": []]
        input.values[":name"] = ["S": .string(conversation)]
        let digest = DynamoDigest(ofLast: values, generation: DynamoDigest(position.digest).generation)
        let end = Revision(length: position.length + events.count, digest: digest.text)
        try await write(
            "UpdateItem", conversation, events,
            [
                "Key": ["sender_id": ["S": .string(conversation)]],
                "UpdateExpression": .string(
                    "SET #events = list_append(if_not_exists(#events, :empty), :new), #name = :name, #fence = :fence"),
            ], input, fence: fence, from: position, to: end)
        return end
    }

    /// Writes the item anew, on the same condition.
    package func replace(
        _ conversation: String, with events: [Event], after position: Revision, fence: Int
    ) async throws -> Revision {
        let values = events.map { DynamoValue.encode($0.json) }
        let sender: JSON = ["S": .string(conversation)]
        let digest = DynamoDigest(ofLast: values, generation: String(fence))
        let end = Revision(length: events.count, digest: digest.text)
        try await write(
            "PutItem", conversation, events,
            [
                "Item": [
                    "sender_id": sender, "name": sender, "events": ["L": .array(values)],
                    DynamoItem.fence: ["N": .string(String(fence))],
                    DynamoItem.generation: ["N": .string(String(fence))],
                ]
            ], condition(after: position, fence: fence), fence: fence, from: position, to: end)
        return end
    }

    /// All conversations of the table, read in pages.
    package func conversations() async throws -> [String] {
        var names: [String] = []
        var page: JSONObject = ["TableName": .string(table), "ProjectionExpression": "sender_id"]
        repeat {
            let response: JSON
            do {
                response = try await callAgain("Scan", .object(page))
            } catch {
                throw Self.failure(error)
            }
            names += (response["Items"]?.array ?? []).compactMap { $0["sender_id"]?["S"]?.string }
            page["ExclusiveStartKey"] = response["LastEvaluatedKey"]
        } while page["ExclusiveStartKey"] != nil
        return names
    }

    package func close() async { await client.close() }

    // MARK: Requests

    private struct Condition {
        var text: String
        var names: JSONObject
        var values: JSONObject
    }

    private func condition(after position: Revision, fence: Int) -> Condition {
        var condition = Condition(
            text: "(attribute_not_exists(#fence) OR #fence <= :fence)", names: ["#fence": .string(DynamoItem.fence)],
            values: [":fence": ["N": .string(String(fence))]])
        condition.names["#events"] = "events"
        if position.length == 0 {
            condition.values[":zero"] = ["N": "0"]
            condition.text += " AND (attribute_not_exists(#events) OR size(#events) = :zero)"
        } else {
            condition.names["#time"] = "timestamp"
            condition.values[":count"] = ["N": .string(String(position.length))]
            let digest = DynamoDigest(position.digest)
            condition.values[":time"] = ["N": .string(digest.time)]
            condition.text += " AND size(#events) = :count AND #events[\(position.length - 1)].#time = :time"
            condition.names["#generation"] = .string(DynamoItem.generation)
            if digest.generation.isEmpty {
                condition.text += " AND attribute_not_exists(#generation)"
            } else {
                condition.text += " AND #generation = :generation"
                condition.values[":generation"] = ["N": .string(digest.generation)]
            }
        }
        return condition
    }

    /// Writes; once more where the response was lost, which leaves alone what the first attempt did.
    ///
    /// - Parameter end: The position behind what is written.
    private func write(
        _ operation: String, _ conversation: String, _ events: [Event], _ what: JSONObject, _ condition: Condition,
        fence: Int, from position: Revision, to end: Revision
    ) async throws(StoreError) {
        var input = what
        input["TableName"] = .string(table)
        input["ConditionExpression"] = .string(condition.text)
        input["ExpressionAttributeNames"] = .object(condition.names)
        input["ExpressionAttributeValues"] = .object(condition.values)
        var interruption: DynamoError?
        do throws(DynamoError) {
            _ = try await callAgain(operation, .object(input)) { interruption = $0 }
        } catch {
            let failure = Self.failure(error)
            guard let lost = interruption ?? (error.mayBeDone ? error : nil) else { throw failure }
            // What came between may be the first attempt: nobody else has this fence.
            if let stored = try? await read(conversation), stored.fence == String(fence), stored.end == end { return }
            if failure.code == .conflict, await !mayHold(events, of: conversation, after: position) { throw failure }
            throw .unknown("the tracker store in DynamoDB: \(lost)")
        }
    }

    /// Asks for an operation that may be carried out twice.
    private func callAgain(
        _ operation: String, _ input: JSON, afterInterruption note: (DynamoError) -> Void = { _ in }
    ) async throws(DynamoError) -> JSON {
        do throws(DynamoError) {
            return try await client.call(operation, input)
        } catch  where error.mayBeDone {
            note(error)
            return try await client.call(operation, input)
        }
    }

    private func read(_ conversation: String) async throws(StoreError) -> DynamoItem? {
        let response: JSON
        do {
            response = try await callAgain(
                "GetItem",
                [
                    "TableName": .string(table), "Key": ["sender_id": ["S": .string(conversation)]],
                    "ConsistentRead": true,
                ])
        } catch {
            throw Self.failure(error)
        }
        return response["Item"].map { DynamoItem($0) }
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
