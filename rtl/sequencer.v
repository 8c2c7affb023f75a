// SPDX-License-Identifier: Apache-2.0
// sequencer: runs the layers of the program one after the other.
//
// Each layer: read its fields (setup), issue a tap a clock until its loop nest
// ends (stream), wait until the last sum is written (flush), under which the
// next layer's fields are read. A layer whose weights are loaded anew for each
// batch, a segment, waits until they are there (load). A tile's last tap is held back until INTERVAL
// clocks after the tile before it, so that its sums do not run into those still
// being shifted out; and where weights are held, taps wait for theirs (drain).
//
// Where one segment is held at a time (REPEATS), a layer may be run several times, each with the next segment: its
// words are read again, and those that say where its filters' folds and outputs begin count the filters done since.

`default_nettype none

module sequencer #(
    parameter INTERVAL = 16,  // clocks between the ends of two tiles, at least
    parameter FIELDS  = 40,   // program words a layer
    parameter W_ADDR  = 24,
    parameter W_FIELD = 6,
    parameter W_LAYER = 6,
    parameter SEGMENTS = 1,   // 0: no weights are loaded for each batch, and a layer that asks for such is malformed
    parameter REPEATS  = 0,   // 1: a layer may be run again
    parameter PLANES   = 1,   // 0: likewise, a layer of several passes
    parameter SHORTCUT = 1,   // 0: likewise, a layer that adds a map
    parameter AVERAGES = 1    // 0: likewise, a layer that pools averages
) (
    input  wire               clk,
    input  wire               rst,

    input  wire               start,         // ignored while busy
    input  wire               hold,          // issue nothing in this clock
    output reg                busy,
    output reg  [W_LAYER-1:0] layer,         // the one that is running

    output wire               program_read,
    output reg  [W_ADDR-1:0]  program_addr,
    input  wire [31:0]        program_word,
    output reg                field_write,   // `field_word` is field `field`
    output reg  [W_FIELD-1:0] field,
    output wire [31:0]        field_word,
    input  wire [W_ADDR-1:0]  filters,       // of the layer that is running: so many more are done when it is run again
    output wire               again,         // with layer_done: the layer is run once more
    output wire               malformed,     // a layer's first word lacks its mark, or asks for what there is not: the run ends

    input  wire               segment_ready, // the weights of the next segment are there
    output wire               segment_taken, // ... and are used from now on
    output wire               segment_freed, // ... and no more

    output wire               layer_start,   // all fields are there
    input  wire               ready,         // there is a tap to issue
    input  wire               tile_last,     // it is its tile's last
    input  wire               nest_last,     // ... and the layer's last
    input  wire               waits,         // the tap's weights are not held yet
    input  wire               layer_done,    // the layer's last sum is being written
    output wire               issue,         // one tap enters the pipeline

    output wire               in_setup,      // what this clock is spent on
    output wire               in_drain,
    output wire               in_stall,
    output wire               in_flush,
    output wire               in_load,
    output wire               in_scan
);

// Of a layer's first word
localparam [7:0] MARK         = 8'hAD;   // in its highest bits
localparam       LAST_LAYER   = 0;       // bits
localparam       AVERAGE_BIT  = 5;
localparam       SHORTCUT_BIT = 6;
localparam       SEGMENT      = 9;

localparam [W_FIELD-1:0] LIMIT_3 = 2;   // the field with the loop of passes in its upper half

localparam [W_FIELD-1:0] LAST_FIELD = FIELDS - 1;

localparam W_GAP = $clog2(INTERVAL + 1);

reg               fetching;
reg               streaming;
reg               flushing;
reg               last_next;   // the layer that is being read is the program's last
reg               last_layer;
reg               segment_next;
reg               segment;
reg [W_FIELD-1:0] reads;       // program words asked for in this layer
reg               reading;     // ... which are not all
reg [W_GAP-1:0]   gap;         // clocks until a tile may end
reg               in_gap;      // ... of which there are some

wire repeats;   // the layer is to be run again after this time

wire fetched   = fetching & ~reading & ~field_write;
wire header    = field_write & field == {W_FIELD{1'b0}};
wire wait_sums = waits | (tile_last & in_gap);

assign malformed    = (PLANES == 0 & field_write & field == LIMIT_3 & program_word[31:16] != 16'd0) | header & (program_word[31:24] != MARK | (SEGMENTS == 0 & program_word[SEGMENT])
    | (SHORTCUT == 0 & program_word[SHORTCUT_BIT]) | (AVERAGES == 0 & program_word[AVERAGE_BIT]));
assign program_read = fetching & reading;
assign layer_start  = fetched & ~flushing & (segment_ready | ~segment_next);
assign issue        = streaming & ready & ~wait_sums & ~hold;

assign segment_taken = layer_start & segment_next;
assign segment_freed = layer_done & segment;

assign in_load  = fetched & ~flushing & segment_next & ~segment_ready;
assign in_setup = busy & ~streaming & ~flushing & ~in_load;
assign in_drain = streaming & ready & wait_sums;
assign in_stall = streaming & ready & ~wait_sums & hold;
assign in_scan  = streaming & ~ready;
assign in_flush = flushing;

wire unused = &{1'b0, program_word[23:SEGMENT+1], program_word[SEGMENT-1:1]};

wire nest_end = issue & nest_last;

generate if (REPEATS != 0) begin : gen_repeats
    localparam [W_FIELD-1:0] WEIGHT_BASE = 19, FOLD_BASE = 20, OUT_BASE = 27, SHORTCUT_BASE = 33;

    reg [5:0]        left;      // runs after the one whose words are read
    reg              repeated;  // that one is not the first
    reg              again_q;
    reg [W_ADDR-1:0] done;      // filters that runs before it have done

    wire moves = field == FOLD_BASE | field == OUT_BASE | field == SHORTCUT_BASE;

    assign field_word = {program_word[31:W_ADDR], program_word[W_ADDR-1:0] + (done & {W_ADDR{moves}})};
    assign repeats    = left != 6'd0;
    assign again      = again_q;

    always @(posedge clk) begin
        if (field_write & field == WEIGHT_BASE & ~repeated)
            left <= program_word[29:24];
        if (nest_end) begin
            again_q  <= repeats;
            repeated <= repeats;
            done   <= (done + filters) & {W_ADDR{repeats}};
            if (repeats)
                left <= left - 1'b1;
        end
        if (start & ~busy) begin
            repeated <= 1'b0;
            done   <= {W_ADDR{1'b0}};
        end
    end
end else begin : gen_once
    assign field_word = program_word;
    assign repeats    = 1'b0;
    assign again      = 1'b0;
    wire unused_filters = &{1'b0, filters};
end endgenerate

always @(posedge clk) begin
    field_write <= program_read & ~malformed & ~rst;
    field       <= reads;

    if (program_read) begin
        reads        <= reads + 1'b1;
        reading      <= reads != LAST_FIELD;
        program_addr <= program_addr + 1'b1;
    end
    if (header) begin
        last_next    <= program_word[LAST_LAYER];
        segment_next <= SEGMENTS != 0 & program_word[SEGMENT];
    end

    if (issue & tile_last) begin
        gap    <= INTERVAL[W_GAP-1:0] - 1'b1;
        in_gap <= 1'b1;
    end else if (in_gap) begin
        gap    <= gap - 1'b1;
        in_gap <= gap != {{W_GAP-1{1'b0}}, 1'b1};
    end

    if (start & ~busy) begin
        busy         <= 1'b1;
        fetching     <= 1'b1;
        layer        <= {W_LAYER{1'b0}};
        reads        <= {W_FIELD{1'b0}};
        reading      <= 1'b1;
        program_addr <= {W_ADDR{1'b0}};
    end
    if (layer_start) begin
        fetching   <= 1'b0;
        streaming  <= 1'b1;
        last_layer <= last_next & ~repeats;
        segment    <= segment_next;
    end
    if (nest_end) begin
        streaming <= 1'b0;
        flushing  <= 1'b1;
        fetching  <= ~last_layer;
        reads     <= {W_FIELD{1'b0}};
        reading   <= 1'b1;
        if (repeats)
            program_addr <= program_addr - FIELDS[W_ADDR-1:0];
    end
    if (malformed)
        fetching <= 1'b0;
    if (layer_done) begin
        flushing <= 1'b0;
        layer    <= layer + {{W_LAYER-1{1'b0}}, ~again};
    end
    if (busy & ~fetching & ~streaming & (~flushing | layer_done))
        busy <= 1'b0;

    if (rst) begin
        busy      <= 1'b0;
        fetching  <= 1'b0;
        streaming <= 1'b0;
        flushing  <= 1'b0;
        in_gap    <= 1'b0;
    end
end

endmodule

`default_nettype wire
