// Every format on live data, read again by readers that nobody here wrote.
#include <fstream>

#include "live_test.h"

namespace live {
namespace {

class Formats : public LiveTest {
 protected:
  void SetUp() override {
    LiveTest::SetUp();
    if (IsSkipped()) return;
    keep(unix_listener(SOCK_STREAM, file("l"), 3));
    keep(unix_client(SOCK_STREAM, file("l")));
    Pair pair = unix_pair(SOCK_SEQPACKET);
    send_until_full(pair.a.get(), 100);
    keep(std::move(pair.a));
    keep(std::move(pair.b));
    keep(tcp_listener("::", 4040));
    keep(inet_client("127.0.0.1", 4040));
    keep(inet_bound("127.0.0.1", 4041, SOCK_DGRAM));
    keep(inet_client("::1", 4042, SOCK_DGRAM));
    keep(netlink_socket(0, 700001, 1));
  }

  [[nodiscard]] std::string saved(const std::vector<std::string>& arguments) const {
    const Finished finished = run_skq(arguments);
    EXPECT_EQ(finished.exit, 0) << as_shell(arguments) << finished.err;
    std::ofstream(file("output"), std::ios::binary) << finished.out;
    return file("output");
  }

 private:
  void keep(UniqueFd fd) {
    ASSERT_TRUE(fd.valid());
    kept_.push_back(std::move(fd));
  }
  std::vector<UniqueFd> kept_;
};

void expect_python(const std::string& script, const std::vector<std::string>& arguments) {
  std::vector<std::string> words{"python3", "-c", script};
  words.insert(words.end(), arguments.begin(), arguments.end());
  const Finished finished = run(words);
  EXPECT_EQ(finished.exit, 0) << finished.err;
}

constexpr const char* document_script = R"(
import json, sys
def no_duplicates(pairs):
    assert len({key for key, value in pairs}) == len(pairs), pairs
    return dict(pairs)
def no_constant(word):
    raise ValueError(word)
columns = [c['name'] for c in json.load(open(sys.argv[2]))['columns']] if len(sys.argv) > 2 else None
document = json.loads(open(sys.argv[1], 'rb').read().decode('utf-8'), object_pairs_hook=no_duplicates, parse_constant=no_constant)
head = document['skq']
assert head['schema'] == 1 and head['complete'] == (not head['gaps']), head
# Only owners may be missing, where even root cannot read every process.
assert all(set(gap) == {'kind', 'detail'} and gap['kind'] == 'owners' for gap in head['gaps']), head
assert not head['gaps'] or any('owners' in row for row in document['sockets']), head
assert isinstance(head['ts'], int) and head['netns'] > 0 and head['time'].endswith('Z') and head['host'], head
families = {row['family'] for row in document['sockets']}
assert {'unix', 'inet', 'inet6', 'netlink'} <= families, families
for row in document['sockets']:
    assert row['netid'] and row['state'], row
    assert isinstance(row['recv_q'], int) and isinstance(row['cookie'], str), row
    assert row['fill'] is None or isinstance(row['fill'], (int, float)), row
    if 'owners' in row and row['owners']:
        assert set(row['owners'][0]) == {'pid', 'comm', 'fd'}, row
    if row['family'] == 'unix':
        assert 'local_port' not in row, row
    if row['family'] == 'netlink':
        assert 'path' not in row and 'local_port' not in row, row
)";

TEST_F(Formats, JsonByPython) {
  SKIP_WITHOUT("python3");
  for (const std::vector<std::string>& flags :
       {std::vector<std::string>{"-a", "-J"}, {"-ap", "-J"}, {"-aem", "-J"}, {"-apem", "-n", "--format=json"}})
    expect_python(document_script, {saved(flags)});
}

TEST_F(Formats, JsonWithExactColumnsHasExactlyThose) {
  SKIP_WITHOUT("python3");
  expect_python(R"(
import json, sys
rows = json.load(open(sys.argv[1]))['sockets']
assert rows
for row in rows:
    assert sorted(row) == ['inode', 'local_port', 'path'], row
    assert (row['path'] is None) or (row['local_port'] is None), row
)",
                {saved({"-a", "-J", "-c", "path,inode,local_port"})});
}

TEST_F(Formats, JsonLinesAndCsvAndJsonTellTheSame) {
  SKIP_WITHOUT("python3");
  const std::string columns = "netid,state,recv_q,send_q,local,peer,fill,abstract,inode,owners,path";
  const Finished json = run_skq({"-xtap", "-J", "-c", columns});
  const Finished lines = run_skq({"-xtap", "--json-lines", "-c", columns});
  const Finished csv = run_skq({"-xtap", "--format=csv", "-c", columns});
  std::ofstream(file("json")) << json.out;
  std::ofstream(file("jsonl")) << lines.out;
  std::ofstream(file("csv")) << csv.out;
  expect_python(R"(
import csv, json, sys
rows = json.load(open(sys.argv[1]))['sockets']
lines = [json.loads(line) for line in open(sys.argv[2])]
table = list(csv.DictReader(open(sys.argv[3], newline='')))
assert len(rows) == len(lines) == len(table) > 5, (len(rows), len(lines), len(table))
raw = open(sys.argv[3], 'rb').read()
assert raw.count(b'\r\n') == len(table) + 1, raw[:200]
for row, line, cells in zip(rows, lines, table):
    assert list(line)[:2] == ['ts', 'host'] and isinstance(line['ts'], int), line
    assert {key: line[key] for key in row} == row, (line, row)
    for key, value in row.items():
        cell = cells[key]
        if value is None: assert cell == '', (key, cell)
        elif isinstance(value, bool): assert cell == str(value).lower(), (key, cell)
        elif isinstance(value, list): assert json.loads(cell) == value, (key, cell)
        elif isinstance(value, (int, float)): assert abs(float(cell) - value) < 0.01, (key, cell, value)
        else: assert cell == value, (key, cell, value)
)",
                {file("json"), file("jsonl"), file("csv")});
}

TEST_F(Formats, JsonByJq) {
  SKIP_WITHOUT("jq");
  const std::string path = saved({"-ap", "-J"});
  EXPECT_EQ(run({"jq", "-r", ".sockets[] | select(.state == \"LISTEN\") | .netid", path}).out, "u_str\ntcp\n")
      << "ss's order: unix, then tcp";
  EXPECT_EQ(run({"jq", "[.sockets[] | select(.send_fill and .send_fill > 80)] | length", path}).out, "1\n");
  EXPECT_EQ(run({"jq", "-r", ".skq.complete == (.skq.gaps == [])", path}).out, "true\n");
}

TEST_F(Formats, JsonLinesByJq) {
  SKIP_WITHOUT("jq");
  const std::string path = saved({"-xa", "--json-lines"});
  EXPECT_EQ(run({"jq", "-c", "select(.accept_queue > 0) | [.accept_queue, .accept_limit]", path}).out, "[1,4]\n");
}

TEST_F(Formats, RawHasNoEmptyCellAndEveryColumn) {
  const Rows rows = list({"-ap"}, "@all");
  EXPECT_GT(rows.size(), 8U);  // the reader counts the cells of each row
}

TEST_F(Formats, ListColumnsAsJson) {
  SKIP_WITHOUT("jq");
  std::ofstream(file("columns")) << run_skq({"--list-columns=json"}).out;
  const Finished names = run({"jq", "-r", ".. | .name? // empty", file("columns")});
  EXPECT_NE(names.out.find("\nsend_fill\n"), std::string::npos) << names.out << names.err;
}

}  // namespace
}  // namespace live
