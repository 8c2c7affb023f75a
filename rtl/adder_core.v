// SPDX-License-Identifier: Apache-2.0
// adder_core: the adder array with its buffers; runs a whole network by itself.
//
// The host loads weights, folds, pads and the program once, then for each batch
// the pictures of up to ROWS images into an activation buffer, and pulses
// `start`. The next batch's pictures may be loaded meanwhile.
//
//   activation word   one value (row, column, channel) of ROWS images, or where
//                     weights are held, channels of one image
//   weight word       one tap of COLUMNS filters, lanes {used, code}
//   fold word         slopes, offset and shift of one filter
//   pad word          the code that a tap outside the map reads
//   program word      see layer_fields
//
// A layer reads taps from one activation buffer and the map that it adds from
// the other; it writes either of them, both, or the results. A tap's way: feeder and
// buffers (3 clocks), skew, array, writeback. With cells of minima (CELL 1) a flag
// is kept for each activation word and each weight word, and taps are skipped whose
// word is 0 for all images, or where a layer multiplies, for all columns. Cells of
// products (CELL 2) take the clocks of distances, with weights of two's complement.
// Where weights can be held, a layer says whether its are, or whether it turns words
// of the one kind into the other: docs/program.md.
// This file only wires these parts, a port a line, which is why it is long.

`default_nettype none

module adder_core #(
    parameter ROWS             = 16,     // images summed at once, 1 to 64
    parameter COLUMNS          = 16,     // filters summed at once, 1 to 64
    parameter W_DATA           = 8,      // bits of a code, 2 to 16
    parameter W_ACC            = 18,     // bits of a cell's sum
    parameter W_SUM            = 19,     // bits of a signed total of planes
    parameter ACTIVATION_DEPTH = 4096,   // words in each of the two buffers
    parameter WEIGHT_DEPTH     = 8192,
    parameter FOLD_DEPTH       = 256,
    parameter PAD_DEPTH        = 16,
    parameter RESULT_DEPTH     = 16,     // words in each of the two banks
    parameter PROGRAM_DEPTH    = 512,
    parameter PARTIAL_DEPTH    = 0,      // pixels of a layer whose weights are held; 0: none are
    parameter CELL             = 0,      // what cells sum: 0 absolute differences, 1 minima, 2 products
    parameter SERIAL           = 0,      // 1: sums are folded one row a clock, not all rows at once
    parameter PIPELINED        = 0,      // 1: cells for FPGAs, whose sums leave two clocks later; for CELL 0 and 1
    parameter REACH            = 1,      // cells that an operand reaches in a clock, at most the larger of ROWS and COLUMNS
    parameter TAPS             = 1,      // that a cell takes in a clock: 1, 2 or 4
    parameter W_SIDE           = 16,     // bits of a row or column of a map, 4 to 16
    parameter WEIGHT_PORTS     = 2,      // of the weight buffer; 1: a word is written or read in a clock, and no segments are taken
    parameter WEIGHT_SEGMENTS  = 2,      // held at once where they are, 1 or 2; with 1 a layer may be run again, with the next one
    parameter FOLD_CLOCKS      = 1,      // of a fold, 1 to 4: more are shorter paths, see fold_lane
    parameter PLANES           = 1,      // 0: no layer takes several passes over its taps, and one that asks for it is malformed
    parameter SHORTCUT         = 1,      // 0: no layer adds a map, and one that asks for it is malformed
    parameter AVERAGES         = 1       // 0: no layer pools averages, and one that asks for it is malformed
) (
    input  wire                      clk,
    input  wire                      rst,

    // A word a clock into activation buffer 0 (3'd0) or 1, weights (2), folds (3),
    // pads (4), program (5), a segment of weights (6) or, where weights are held, the
    // fold of a lane (7; address {word[15:0], lane[7:0]}). While busy, only activations
    // and segments.
    input  wire                      load_valid,
    output wire                      load_ready,
    input  wire [2:0]                load_target,
    input  wire [23:0]               load_addr,
    input  wire [W_LOAD-1:0]         load_word,       // the low bits are used
    input  wire                      load_last,       // of a segment's words

    input  wire                      start,           // runs the program; ignored while busy
    input  wire                      start_bank,      // of the results
    input  wire [23:0]               image_addr,      // of the batch's pictures
    input  wire [6:0]                images,          // in this batch, 1 to ROWS; rows above hold still
    input  wire                      hold,            // issues no tap in this clock
    output wire                      busy,
    output reg  [1:0]                errors,          // of the run: an address past a buffer, a malformed layer

    // A word of a result bank, a clock later.
    input  wire                      result_read,
    input  wire                      result_bank,
    input  wire [23:0]               result_addr,
    output wire [ROWS*W_DATA-1:0]    result_word,
    output wire [23:0]               result_count,    // words of the bank
    output wire [ROWS*16-1:0]        classes,         // of the bank: where each image's first largest code is

    // Every word that a layer writes, for watching.
    output wire                      write_valid,
    output wire [5:0]                write_layer,
    output wire [1:0]                write_target,    // activation buffer 0 or 1, 2: results, 3: both buffers
    output wire [23:0]               write_addr,
    output wire [ROWS*W_DATA-1:0]    write_word,

    // A count of a layer, see layer_counters: what was asked for a clock ago, in clocks in which it is there.
    input  wire [5:0]                count_layer,
    input  wire [4:0]                count_index,
    output wire [47:0]               count,
    output wire                      count_there
);

localparam W_X    = ROWS * W_DATA;
localparam W_W    = COLUMNS * (W_DATA + 1);
localparam W_WIDE = W_X > W_W ? W_X : W_W;
localparam W_FOLD   = 96;
localparam W_SLOPE  = 16;   // of a fold word: {10 unused, shortcut's slope[24], offset[46], slope[16]}
localparam W_OFFSET = 46;   // the offset and its shift
localparam W_SLOPES = 40;
localparam W_LOAD = W_WIDE > W_FOLD ? W_WIDE : W_FOLD;

localparam FIELDS  = 40;
localparam LAYERS  = PROGRAM_DEPTH < FIELDS ? 1 : PROGRAM_DEPTH < 64 * FIELDS ? PROGRAM_DEPTH / FIELDS : 64;
localparam W_FIELD = 6;
localparam W_LAYER = 6;
localparam W_COLS  = $clog2(COLUMNS + 1);
localparam W_ROWS  = $clog2(ROWS + 1);
localparam LANES_AT_ONCE = SERIAL != 0 ? 1 : ROWS;   // rows folded at once
localparam W_CELLS = $clog2(ROWS * COLUMNS * TAPS + 1);
localparam SKIPS   = CELL == 1 && TAPS == 1 ? 1 : 0;

localparam STATIONARY = PARTIAL_DEPTH > 0 ? 1 : 0;
localparam SEGMENTS   = WEIGHT_PORTS == 2 ? 1 : 0;

// Bits of an address within: one more than the deepest buffer's, so that one past a buffer is seen. Loops count no more
// words than there are; a small core may walk far off its maps. What skips taps, or holds weights, takes all bits.
localparam DEEPER_1 = ACTIVATION_DEPTH > RESULT_DEPTH ? ACTIVATION_DEPTH : RESULT_DEPTH;
localparam CODED_DEPTH = PROGRAM_DEPTH + (TAPS == 1 ? PAD_DEPTH : 0);   // a memory for both, or not
localparam DEEPER_2 = FOLD_DEPTH > PAD_DEPTH ? FOLD_DEPTH : PAD_DEPTH;
localparam DEEPER_3 = DEEPER_2 > CODED_DEPTH ? DEEPER_2 : CODED_DEPTH;
localparam W_DEPTH  = $clog2((DEEPER_1 > DEEPER_3 ? DEEPER_1 : DEEPER_3) + 1) + 1;
localparam W_ALL    = STATIONARY != 0 || CELL == 1 ? 24 : 0;
localparam W_ADDR   = W_ALL != 0 || W_DEPTH > 24 ? 24 : W_DEPTH < W_COLS + W_ROWS + 1 ? W_COLS + W_ROWS + 1 : W_DEPTH;
localparam W_WORDS  = $clog2(WEIGHT_DEPTH + 1) + 1;
localparam W_WEIGHT = W_ALL != 0 || W_WORDS > 24 ? 24 : W_WORDS;
localparam W_COUNT  = W_ADDR < 13 ? 13 : W_ADDR < 16 ? W_ADDR : 16;
localparam W_XY     = STATIONARY != 0 || CELL == 1 || W_SIDE > W_COUNT ? W_COUNT : W_SIDE;

localparam W_RESULT = $clog2(RESULT_DEPTH + 1);
localparam W_CLASS  = STATIONARY != 0 || W_RESULT > 16 ? 16 : W_RESULT;
localparam LANES      = ROWS < COLUMNS ? ROWS : COLUMNS;   // channels of a word, where weights are held
localparam LANE_FOLDS = FOLD_DEPTH / LANES + 64;           // fold words of a lane
localparam HELD        = 10;                               // bits of a layer's first word
localparam MULTIPLY    = 4;
localparam SUM_COLUMNS = 17;
localparam TURNED      = 18;

localparam [2:0] TO_WEIGHTS = 3'd2, TO_FOLDS = 3'd3, TO_PADS = 3'd4, TO_PROGRAM = 3'd5,
                 TO_SEGMENT = 3'd6, TO_LANE_FOLDS = 3'd7;
localparam [1:0] TO_RESULTS = 2'd2, TO_BOTH = 2'd3;

generate
    if (PROGRAM_DEPTH < 1) begin : check_program_depth
        error_PROGRAM_DEPTH_must_be_at_least_1 stop ();
    end
    if (PAD_DEPTH < 1) begin : check_pad_depth
        error_PAD_DEPTH_must_be_at_least_1 stop ();
    end
    if (W_DATA < 2 || W_DATA > 16) begin : check_w_data
        error_W_DATA_must_be_from_2_to_16 stop ();
    end
    if (W_ACC > 32) begin : check_w_acc
        error_W_ACC_must_be_at_most_32 stop ();
    end
    if (W_SUM <= W_ACC || W_SUM > 40) begin : check_w_sum
        error_W_SUM_must_exceed_W_ACC_and_be_at_most_40 stop ();
    end
    if (CELL < 0 || CELL > 2) begin : check_cell
        error_CELL_must_be_from_0_to_2 stop ();
    end
    if (CELL == 2 && PARTIAL_DEPTH > 0) begin : check_partial_depth
        error_PARTIAL_DEPTH_must_be_0_with_CELL_2 stop ();
    end
    if (W_SIDE < 4 || W_SIDE > 16) begin : check_w_side
        error_W_SIDE_must_be_from_4_to_16 stop ();
    end
    if (SERIAL < 0 || SERIAL > 1) begin : check_serial
        error_SERIAL_must_be_0_or_1 stop ();
    end
    if (SERIAL == 1 && (CELL == 1 || PARTIAL_DEPTH > 0)) begin : check_serial_alone
        error_SERIAL_must_be_0_with_CELL_1_or_PARTIAL_DEPTH stop ();
    end
    if (PIPELINED < 0 || PIPELINED > 1) begin : check_pipelined
        error_PIPELINED_must_be_0_or_1 stop ();
    end
    if (PIPELINED == 1 && (CELL == 2 || PARTIAL_DEPTH > 0)) begin : check_pipelined_alone
        error_PIPELINED_must_be_0_with_CELL_2_or_PARTIAL_DEPTH stop ();
    end
    if (REACH < 1 || (REACH > ROWS && REACH > COLUMNS)) begin : check_reach
        error_REACH_must_be_from_1_to_the_larger_of_ROWS_and_COLUMNS stop ();
    end
    if (REACH > 1 && (PIPELINED == 1 || PARTIAL_DEPTH > 0)) begin : check_reach_alone
        error_REACH_must_be_1_with_PIPELINED_or_PARTIAL_DEPTH stop ();
    end
    if (TAPS != 1 && TAPS != 2 && TAPS != 4) begin : check_taps
        error_TAPS_must_be_1_2_or_4 stop ();
    end
    if (TAPS > 1 && (PIPELINED == 1 || PARTIAL_DEPTH > 0 || WEIGHT_PORTS == 1)) begin : check_taps_alone
        error_TAPS_must_be_1_with_PIPELINED_or_PARTIAL_DEPTH_or_WEIGHT_PORTS_1 stop ();
    end
    if (WEIGHT_PORTS < 1 || WEIGHT_PORTS > 2) begin : check_weight_ports
        error_WEIGHT_PORTS_must_be_1_or_2 stop ();
    end
    if (WEIGHT_SEGMENTS < 1 || WEIGHT_SEGMENTS > 2) begin : check_weight_segments
        error_WEIGHT_SEGMENTS_must_be_1_or_2 stop ();
    end
    if (FOLD_CLOCKS < 1 || FOLD_CLOCKS > 4) begin : check_fold_clocks
        error_FOLD_CLOCKS_must_be_from_1_to_4 stop ();
    end
    if (FOLD_CLOCKS != 1 && PARTIAL_DEPTH > 0) begin : check_fold_clocks_alone
        error_FOLD_CLOCKS_must_be_1_with_PARTIAL_DEPTH stop ();
    end
    if (PLANES < 0 || PLANES > 1) begin : check_planes
        error_PLANES_must_be_0_or_1 stop ();
    end
    if (SHORTCUT < 0 || SHORTCUT > 1) begin : check_shortcut
        error_SHORTCUT_must_be_0_or_1 stop ();
    end
    if (AVERAGES < 0 || AVERAGES > 1) begin : check_averages
        error_AVERAGES_must_be_0_or_1 stop ();
    end
endgenerate

// ---------------------------------------------------------------------------
// Loading

wire              write, writes_next;
wire [1:0]        target;
reg  [1:0]        layer_writes;   // to either activation buffer, in this clock
wire [W_ADDR-1:0] result_at;
wire [W_X-1:0]    written_word;

wire [W_ADDR-1:0] load_at = load_addr[W_ADDR-1:0];
wire to_buffer   = load_target[2:1] == 2'b00;

// A layer's words go before those of the host. What else is loaded, is loaded while no run is on.
wire load_shared = load_valid & ~busy;

always @(posedge clk)
    layer_writes <= {2{writes_next}} & {target == 2'd1 | target == TO_BOTH, target == 2'd0 | target == TO_BOTH};

wire segment_room;
wire load_segment = load_valid & segment_room & load_target == TO_SEGMENT;

assign load_ready = to_buffer ? ~layer_writes[load_target[0]] : load_target == TO_SEGMENT ? segment_room : ~busy;

// ---------------------------------------------------------------------------
// Program and sequence

reg               bank_q;
reg  [W_ROWS-1:0] images_q;
reg  [W_ADDR-1:0] image_addr_q;

wire begin_run = start & ~busy;

always @(posedge clk) begin
    if (begin_run) begin
        bank_q       <= start_bank;
        images_q     <= images[W_ROWS-1:0];
        image_addr_q <= image_addr[W_ADDR-1:0];
    end
end

wire                 program_read, field_write, malformed;
wire [W_ADDR-1:0]    program_addr;
wire [W_FIELD-1:0]   field;
wire [31:0]          program_word, field_word;
wire [TAPS-1:0]      pad_read;
wire [W_ADDR-1:0]    pad_addr;
wire [TAPS*W_DATA-1:0] pad_code;
wire [32*FIELDS-1:0] fields, taken;

wire [W_LAYER-1:0]   layer;
wire                 again, layer_start, layer_done, tap_ready, tile_last, nest_last, filters_last, issue;
wire [2:0]           tile_step;
wire                 in_setup, in_drain, in_stall, in_flush, in_load, in_scan;
wire                 segment_ready, segment_taken, segment_freed;

// Padding codes lie behind the program: taps are issued in clocks in which none of its words is read. Several at once have
// a memory of their own.
wire load_pad = load_target == TO_PADS;

ram_1r1w #(.W(32), .DEPTH(CODED_DEPTH), .W_ADDR(W_ADDR)) program_u (
    .clk        (clk),
    .write      (load_shared & (load_target == TO_PROGRAM | (load_pad & TAPS == 1))),
    .write_addr (load_at + (PROGRAM_DEPTH[W_ADDR-1:0] & {W_ADDR{load_pad}})),
    .write_data (load_word[31:0]),
    .read       (program_read | (issue & TAPS == 1)),
    .read_addr  (program_read | TAPS != 1 ? program_addr : PROGRAM_DEPTH[W_ADDR-1:0] + pad_addr),
    .read_data  (program_word)
);

generate if (TAPS == 1) begin : gen_pad_behind
    assign pad_code = program_word[W_DATA-1:0];
end else begin : gen_pads
    ram_run #(.W(W_DATA), .DEPTH(PAD_DEPTH), .W_ADDR(W_ADDR), .RUN(TAPS)) pads_u (
        .clk        (clk),
        .write      (load_shared & load_pad),
        .write_addr (load_at),
        .write_data (load_word[W_DATA-1:0]),
        .read       (pad_read),
        .read_addr  (pad_addr),
        .read_data  (pad_code)
    );
end endgenerate

// Two at least: sums of a column are added up one plane after the other, two clocks apart.
localparam COLUMN_CLOCKS = SERIAL != 0 ? ROWS : 1;
localparam INTERVAL      = COLUMNS * COLUMN_CLOCKS < 2 ? 2 : COLUMNS * COLUMN_CLOCKS;

// From a tile's last tap to its last sum: fed in, across the columns, through the cells' pipeline, out, down the rows or
// as each takes its turn.
localparam BLOCK   = REACH < 1 ? 1 : REACH;   // so that an illegal one is told, and nothing divided by 0
localparam ACROSS  = (COLUMNS - 1) / BLOCK;
localparam DOWN    = (ROWS - 1) / BLOCK;
localparam LATENCY = 2 + ACROSS + 2 * PIPELINED + (COLUMNS - 1) * COLUMN_CLOCKS + 1 + (SERIAL != 0 ? ROWS - 1 : DOWN) + 1;
localparam TILES   = LATENCY / INTERVAL + 1;   // on their way, at most

// Words of the next layer come from the second clock after the last tap on, and those of this one are used until the last
// sum is written: those that are used at a layer's start alone, where no weights are held, are not needed as long.
localparam USED  = LATENCY + FOLD_CLOCKS + 2;
localparam EARLY = USED < FIELDS ? USED : FIELDS;
localparam [FIELDS-1:0] AT_START = STATIONARY != 0 ? 40'd0 : 40'd1 << 20 | 40'd1 << 27 | 40'd1 << 31 | 40'd1 << 33 | 40'd1 << 38;
localparam [FIELDS-1:0] COPIED   = ~({FIELDS{1'b1}} << EARLY) & ~AT_START;
localparam DIRECT = STATIONARY == 0 && LATENCY + 3 <= 20 ? 1 : 0;   // in writeback: its sums have left when the 20th comes

sequencer #(
    .INTERVAL(INTERVAL), .FIELDS(FIELDS), .W_ADDR(W_ADDR), .W_FIELD(W_FIELD), .W_LAYER(W_LAYER), .SEGMENTS(SEGMENTS),
    .REPEATS(SEGMENTS != 0 && WEIGHT_SEGMENTS == 1 ? 1 : 0), .PLANES(PLANES), .SHORTCUT(SHORTCUT), .AVERAGES(AVERAGES)
) sequencer_u (
    .clk           (clk),
    .rst           (rst),
    .start         (start),
    .hold          (hold),
    .busy          (busy),
    .layer         (layer),
    .program_read  (program_read),
    .program_addr  (program_addr),
    .program_word  (program_word),
    .field_write   (field_write),
    .field         (field),
    .field_word    (field_word),
    .filters       (fields[32*30 +: W_ADDR]),
    .again         (again),
    .malformed     (malformed),
    .segment_ready (segment_ready),
    .segment_taken (segment_taken),
    .segment_freed (segment_freed),
    .layer_start   (layer_start),
    .ready         (tap_ready),
    .tile_last     (tile_last),
    .nest_last     (nest_last),
    .waits         (waits),
    .layer_done    (layer_done),
    .issue         (issue),
    .in_setup      (in_setup),
    .in_drain      (in_drain),
    .in_stall      (in_stall),
    .in_flush      (in_flush),
    .in_load       (in_load),
    .in_scan       (in_scan)
);

generate if (SEGMENTS != 0) begin : gen_segments
    segments #(.HELD(WEIGHT_SEGMENTS)) segments_u (
        .clk    (clk),
        .rst    (rst),
        .loaded (load_segment & load_last),
        .taken  (segment_taken),
        .freed  (segment_freed),
        .ready  (segment_ready),
        .room   (segment_room)
    );
end else begin : gen_no_segments
    assign segment_ready = 1'b0;
    assign segment_room  = 1'b0;
    wire unused_segment = &{1'b0, load_segment, load_last, segment_taken, segment_freed};
end endgenerate

layer_fields #(.FIELDS(FIELDS), .W_FIELD(W_FIELD), .COPIED(COPIED)) layer_fields_u (
    .clk    (clk),
    .write  (field_write),
    .index  (field),
    .word   (field_word),
    .take   (layer_start),
    .fields (fields),
    .taken  (taken)
);

// ---------------------------------------------------------------------------
// Taps: addresses, and two clocks later operands

wire [TAPS-1:0]    activation_read, map_read, weight_read;   // of each tap of a clock
wire               waits, push, swap, tap_valid, tap_first, tap_last;
wire [W_ADDR-1:0]  tap_addr;
wire [W_WEIGHT-1:0] weight_addr;
wire [TAPS*W_X-1:0] source_word, x;
wire [TAPS*W_W-1:0] weight_word;
wire [COLUMNS*TAPS*W_DATA-1:0] w;
wire [COLUMNS*TAPS-1:0] column_used;
wire [ROWS-1:0]    x_used;
wire               flag_read;
wire [W_ADDR-5:0]  flag_block;
wire [15:0]        flags;
wire               weight_flag_read;
wire [W_WEIGHT-1:0] weight_flag_addr;
wire [15:0]        weight_flags;
wire               held = STATIONARY != 0 & taken[HELD];
wire               turned = STATIONARY != 0 & taken[TURNED];
wire [W_COUNT-1:0] last_image = {{W_COUNT-W_ROWS{1'b0}}, images_q} - 1'b1;

feeder #(
    .ROWS(ROWS), .COLUMNS(COLUMNS), .W_DATA(W_DATA), .W_COUNT(W_COUNT), .W_ADDR(W_ADDR),
    .W_WEIGHT(W_WEIGHT), .W_SIDE(W_XY), .W_FILTERS($clog2(FOLD_DEPTH + 1)), .FIELDS(FIELDS), .STATIONARY(STATIONARY), .LANES(LANES), .CELL(CELL), .TAPS(TAPS)
) feeder_u (
    .clk             (clk),
    .rst             (rst),
    .layer_start     (layer_start),
    .issue           (issue),
    .fields          (fields),
    .word_write      (field_write),
    .word_index      (field),
    .word            (program_word),
    .image_addr      (image_addr_q),
    .last_image      (last_image),
    .ready           (tap_ready),
    .tile_last       (tile_last),
    .nest_last       (nest_last),
    .tile_step       (tile_step),
    .filters_last    (filters_last),
    .waits           (waits),
    .activation_read (activation_read),
    .map_read        (map_read),
    .activation_addr (tap_addr),
    .activation_word (source_word),
    .weight_read     (weight_read),
    .weight_addr     (weight_addr),
    .weight_word     (weight_word),
    .pad_read        (pad_read),
    .pad_addr        (pad_addr),
    .pad_code        (pad_code),
    .flag_read       (flag_read),
    .flag_block      (flag_block),
    .flags           (flags),
    .weight_flag_read (weight_flag_read),
    .weight_flag_addr (weight_flag_addr),
    .weight_flags    (weight_flags),
    .push            (push),
    .swap            (swap),
    .valid           (tap_valid),
    .first           (tap_first),
    .last            (tap_last),
    .x               (x),
    .x_used          (x_used),
    .w               (w),
    .column_used     (column_used)
);

// ---------------------------------------------------------------------------
// Buffers

wire              source = taken[1];
wire              shortcut_read;
wire [W_ADDR-1:0] shortcut_addr;
wire [TAPS*W_X-1:0] buffer_word [0:1];
wire [15:0]       buffer_flags [0:1];
wire [ROWS-1:0]   row_used;

genvar i, b;
generate for (i = 0; i < ROWS; i = i + 1) begin : gen_row_used
    assign row_used[i] = held | turned ? i < LANES : images_q > i;
end endgenerate

generate for (b = 0; b < 2; b = b + 1) begin : gen_buffer
    wire is_source = source == b;
    wire layer_write = layer_writes[b];

    ram_run #(.W(W_X), .DEPTH(ACTIVATION_DEPTH), .W_ADDR(W_ADDR), .RUN(TAPS)) activations_u (
        .clk        (clk),
        .write      (layer_write | (load_valid & load_target == b)),
        .write_addr (layer_write ? result_at : load_at),
        .write_data (layer_write ? written_word : load_word[W_X-1:0]),
        .read       (is_source ? activation_read : {{TAPS-1{1'b0}}, shortcut_read}),
        .read_addr  (is_source | SHORTCUT == 0 ? tap_addr : shortcut_addr),
        .read_data  (buffer_word[b])
    );

    // Which words are not 0, for taps that are skipped: a layer gives the rows without an image any code.
    if (SKIPS != 0) begin : gen_flags
        reg     any;
        integer r;

        always @* begin
            any = 1'b0;
            for (r = 0; r < ROWS; r = r + 1)
                any = any | (layer_write ? row_used[r] & |written_word[r*W_DATA +: W_DATA] : |load_word[r*W_DATA +: W_DATA]);
        end

        flag_memory #(.DEPTH(ACTIVATION_DEPTH), .W_ADDR(W_ADDR)) flags_u (
            .clk        (clk),
            .write      (layer_write | (load_valid & load_target == b)),
            .write_addr (layer_write ? result_at : load_at),
            .write_flag (any),
            .read       (is_source & flag_read),
            .read_block (flag_block),
            .flags      (buffer_flags[b])
        );
    end else begin : gen_no_flags
        assign buffer_flags[b] = 16'd0;
        wire unused_block = &{1'b0, flag_block};
    end
end endgenerate

assign source_word = buffer_word[source];
assign flags       = buffer_flags[source];

// With one port, weights come while no run is on, and so while none is read.
generate if (WEIGHT_PORTS == 1) begin : gen_one_port
    ram_1rw #(.W(W_W), .DEPTH(WEIGHT_DEPTH), .W_ADDR(W_WEIGHT)) weights_u (
        .clk        (clk),
        .write      (load_shared & load_target == TO_WEIGHTS),
        .write_addr (load_addr[W_WEIGHT-1:0]),
        .write_data (load_word[W_W-1:0]),
        .read       (weight_read[0]),
        .read_addr  (weight_addr),
        .read_data  (weight_word[W_W-1:0])
    );
end else begin : gen_two_ports
    ram_run #(.W(W_W), .DEPTH(WEIGHT_DEPTH), .W_ADDR(W_WEIGHT), .RUN(TAPS)) weights_u (
        .clk        (clk),
        .write      ((load_shared & load_target == TO_WEIGHTS) | load_segment),
        .write_addr (load_addr[W_WEIGHT-1:0]),
        .write_data (load_word[W_W-1:0]),
        .read       (weight_read),
        .read_addr  (weight_addr),
        .read_data  (weight_word)
    );
end endgenerate

// Which words have a lane in use, for taps that are skipped where a layer multiplies.
generate if (SKIPS != 0) begin : gen_weight_flags
    reg     any;
    integer c;

    always @* begin
        any = 1'b0;
        for (c = 0; c < COLUMNS; c = c + 1)
            any = any | load_word[c*(W_DATA+1)+W_DATA];
    end

    flag_window #(.DEPTH(WEIGHT_DEPTH), .W_ADDR(W_WEIGHT)) weight_flags_u (
        .clk        (clk),
        .write      ((load_shared & load_target == TO_WEIGHTS) | load_segment),
        .write_addr (load_addr[W_WEIGHT-1:0]),
        .write_flag (any),
        .read       (weight_flag_read),
        .read_addr  (weight_flag_addr),
        .flags      (weight_flags)
    );
end else begin : gen_no_weight_flags
    assign weight_flags = 16'd0;
    wire unused_weight_flags = &{1'b0, weight_flag_read, weight_flag_addr};
end endgenerate

// ---------------------------------------------------------------------------
// Skew, array, skew back

wire [TAPS*W_X-1:0]       x_skewed;
wire [COLUMNS*TAPS*W_DATA-1:0] w_skewed;
wire [COLUMNS*TAPS-1:0]   column_used_skewed;
wire                      sums_valid;
wire [W_COLS-1:0]         sums_column;
wire [W_ROWS-1:0]         sums_row;
wire [ROWS*W_ACC-1:0]     sums_skewed;
wire [ROWS-1:0]           rests_skewed;
wire [LANES_AT_ONCE*W_ACC-1:0] sums;
wire [LANES_AT_ONCE-1:0]  rests;

skew #(.LANES(ROWS), .W(TAPS*W_DATA), .REACH(BLOCK)) skew_x_u (.clk(clk), .in(x), .out(x_skewed));
skew #(.LANES(COLUMNS), .W(TAPS*W_DATA), .REACH(BLOCK)) skew_w_u (.clk(clk), .in(w ^ {COLUMNS*TAPS*W_DATA{PIPELINED[0]}}), .out(w_skewed));
skew #(.LANES(COLUMNS), .W(TAPS), .REACH(BLOCK)) skew_used_u (.clk(clk), .in(column_used), .out(column_used_skewed));

wire plain = taken[MULTIPLY] | taken[SUM_COLUMNS] | turned;   // with cells of minima

generate if (STATIONARY != 0) begin : gen_either
    wire [ROWS-1:0] x_used_skewed;

    assign sums_row     = {W_ROWS{1'b0}};
    assign rests_skewed = {ROWS{1'b0}};
    skew #(.LANES(ROWS), .W(1)) skew_x_used_u (.clk(clk), .in(x_used), .out(x_used_skewed));

    stationary_array #(
        .ROWS(ROWS), .COLUMNS(COLUMNS), .LANES(LANES), .W_DATA(W_DATA), .W_ACC(W_ACC), .CELL(CELL)
    ) array_u (
        .clk         (clk),
        .rst         (rst),
        .stationary  (held),
        .push        (push),
        .swap        (swap),
        .valid       (tap_valid),
        .first       (tap_first),
        .last        (tap_last),
        .plain       (plain),
        .row_used    (row_used),
        .column_used (column_used_skewed),
        .x           (x_skewed),
        .x_used      (x_used_skewed),
        .w           (w_skewed),
        .sums_valid  (sums_valid),
        .sums_column (sums_column),
        .sums        (sums_skewed)
    );
end else if (PIPELINED != 0) begin : gen_pipelined
    wire unused_held = &{1'b0, push, swap, x_used};

    pipelined_array #(
        .ROWS(ROWS), .COLUMNS(COLUMNS), .W_DATA(W_DATA), .W_ACC(W_ACC), .CELL(CELL), .SERIAL(SERIAL)
    ) array_u (
        .clk         (clk),
        .rst         (rst),
        .valid       (tap_valid),
        .first       (tap_first),
        .last        (tap_last),
        .plain       (plain),
        .row_used    (row_used),
        .column_used (column_used_skewed),
        .x           (x_skewed),
        .w_n         (w_skewed),
        .sums_valid  (sums_valid),
        .sums_column (sums_column),
        .sums_row    (sums_row),
        .sums        (sums_skewed),
        .rests       (rests_skewed)
    );
end else begin : gen_moving
    wire unused_held = &{1'b0, push, swap, x_used};

    assign rests_skewed = {ROWS{1'b0}};

    adder_array #(
        .ROWS(ROWS), .COLUMNS(COLUMNS), .W_DATA(W_DATA), .W_ACC(W_ACC), .CELL(CELL), .SERIAL(SERIAL), .REACH(BLOCK), .TAPS(TAPS)
    ) array_u (
        .clk         (clk),
        .rst         (rst),
        .valid       (tap_valid),
        .first       (tap_first),
        .last        (tap_last),
        .plain       (plain),
        .row_used    (row_used),
        .column_used (column_used_skewed),
        .x           (x_skewed),
        .w           (w_skewed),
        .sums_valid  (sums_valid),
        .sums_column (sums_column),
        .sums_row    (sums_row),
        .sums        (sums_skewed)
    );
end endgenerate

// Row 0's flags wait for the last row; or each row is taken as its sum comes.
wire [W_COLS+W_ROWS:0] sums_flags;

generate if (SERIAL != 0) begin : gen_row_by_row
    localparam W_ROW = ROWS > 1 ? $clog2(ROWS) : 1;

    wire [W_ACC-1:0] sum_of [0:ROWS-1];

    for (i = 0; i < ROWS; i = i + 1) begin : gen_sum
        assign sum_of[i] = sums_skewed[i*W_ACC +: W_ACC];
    end

    assign sums       = sum_of[sums_row[W_ROW-1:0]];
    assign rests      = rests_skewed[sums_row[W_ROW-1:0]];
    assign sums_flags = {sums_row, sums_column, sums_valid};
end else begin : gen_all_rows
    skew #(.LANES(ROWS), .W(W_ACC), .REACH(BLOCK), .REVERSE(1)) unskew_u (.clk(clk), .in(sums_skewed), .out(sums));
    skew #(.LANES(ROWS), .W(1), .REACH(BLOCK), .REVERSE(1)) unskew_rests_u (.clk(clk), .in(rests_skewed), .out(rests));

    delay #(.CLOCKS(DOWN), .W(W_COLS + W_ROWS + 1)) delay_flags_u (
        .clk (clk),
        .rst (rst),
        .in  ({sums_row, sums_column, sums_valid}),
        .out (sums_flags)
    );
end endgenerate

// ---------------------------------------------------------------------------
// Fold, pool, write

reg               writeback_start;   // `taken` holds the new layer's fields
wire              fold_read, partial_read, partial_past, pool_read;
wire [6:0]        write_lanes;
wire [W_ADDR-1:0] fold_addr;
wire [W_SLOPES-1:0] slopes;
wire [W_OFFSET-1:0] offset;

wire                offset_read;
wire [W_ADDR-1:0]   offset_addr;
wire [W_SLOPES-1:0] load_slopes = {load_word[W_SLOPE+W_OFFSET +: W_SLOPES-W_SLOPE], load_word[W_SLOPE-1:0]};
wire [W_OFFSET-1:0] load_offset = load_word[W_SLOPE +: W_OFFSET];

always @(posedge clk)
    writeback_start <= layer_start & ~rst;

// Slopes are needed a clock before offsets.
ram_1r1w #(.W(W_SLOPES), .DEPTH(FOLD_DEPTH), .W_ADDR(W_ADDR)) slopes_u (
    .clk        (clk),
    .write      (load_shared & load_target == TO_FOLDS),
    .write_addr (load_at),
    .write_data (load_slopes),
    .read       (fold_read & ~held),
    .read_addr  (fold_addr),
    .read_data  (slopes)
);

ram_1r1w #(.W(W_OFFSET), .DEPTH(FOLD_DEPTH), .W_ADDR(W_ADDR)) offsets_u (
    .clk        (clk),
    .write      (load_shared & load_target == TO_FOLDS),
    .write_addr (load_at),
    .write_data (load_offset),
    .read       (offset_read & ~held),
    .read_addr  (offset_addr),
    .read_data  (offset)
);

wire [LANES*W_SLOPES-1:0] lane_slopes;
wire [LANES*W_OFFSET-1:0] lane_offsets;

generate for (i = 0; i < LANES; i = i + 1) begin : gen_lane_folds
    if (STATIONARY != 0) begin : gen_bank
        wire to_lane = load_shared & load_target == TO_LANE_FOLDS & load_addr[7:0] == i;

        ram_1r1w #(.W(W_SLOPES), .DEPTH(LANE_FOLDS), .W_ADDR(W_ADDR)) lane_slopes_u (
            .clk        (clk),
            .write      (to_lane),
            .write_addr ({8'd0, load_at[W_ADDR-1:8]}),
            .write_data (load_slopes),
            .read       (fold_read & held),
            .read_addr  (fold_addr),
            .read_data  (lane_slopes[i*W_SLOPES +: W_SLOPES])
        );

        ram_1r1w #(.W(W_OFFSET), .DEPTH(LANE_FOLDS), .W_ADDR(W_ADDR)) lane_offsets_u (
            .clk        (clk),
            .write      (to_lane),
            .write_addr ({8'd0, load_at[W_ADDR-1:8]}),
            .write_data (load_offset),
            .read       (offset_read & held),
            .read_addr  (offset_addr),
            .read_data  (lane_offsets[i*W_OFFSET +: W_OFFSET])
        );
    end else begin : gen_none
        assign lane_slopes[i*W_SLOPES +: W_SLOPES]  = {W_SLOPES{1'b0}};
        assign lane_offsets[i*W_OFFSET +: W_OFFSET] = {W_OFFSET{1'b0}};
    end
end endgenerate

writeback #(
    .ROWS(ROWS), .COLUMNS(COLUMNS), .W_DATA(W_DATA), .W_ACC(W_ACC), .W_SUM(W_SUM),
    .W_COUNT(W_COUNT), .W_SIDE(W_XY), .W_ADDR(W_ADDR), .FIELDS(FIELDS), .TILES(TILES),
    .STATIONARY(STATIONARY), .LANES(LANES), .PARTIAL_DEPTH(PARTIAL_DEPTH), .CELL(CELL), .SERIAL(SERIAL), .FOLD_CLOCKS(FOLD_CLOCKS), .PLANES(PLANES),
    .SHORTCUT(SHORTCUT), .AVERAGES(AVERAGES), .DIRECT(DIRECT)
) writeback_u (
    .clk           (clk),
    .rst           (rst),
    .start         (writeback_start),
    .fields        (taken),
    .last_image    (last_image),
    .word_write    (field_write),
    .word_index    (field),
    .word          (field_word),
    .issued        (issue & tile_last),
    .issued_step   (tile_step),
    .issued_last   (filters_last),
    .sums_valid    (sums_flags[0]),
    .sums_column   (sums_flags[W_COLS:1]),
    .sums_row      (sums_flags[W_COLS+1 +: W_ROWS]),
    .sums          (sums),
    .rests         (rests),
    .fold_read     (fold_read),
    .fold_addr     (fold_addr),
    .slopes        (slopes),
    .lane_slopes   (lane_slopes),
    .offset_read   (offset_read),
    .offset_addr   (offset_addr),
    .offset        (offset),
    .lane_offsets  (lane_offsets),
    .partial_past  (partial_past),
    .shortcut_read (shortcut_read),
    .shortcut_addr (shortcut_addr),
    .shortcut_word (buffer_word[~source][W_X-1:0]),
    .write         (write),
    .writes_next   (writes_next),
    .write_target  (target),
    .write_addr    (result_at),
    .write_word    (written_word),
    .write_lanes   (write_lanes),
    .layer_done    (layer_done),
    .partial_read  (partial_read),
    .pool_read     (pool_read)
);

wire result_write     = write & target == TO_RESULTS;
wire activation_write = write & ~result_write;   // one, to both buffers as well

wire [W_RESULT-1:0]     results_written;
wire [ROWS*W_CLASS-1:0] class_indices;

results #(
    .ROWS(ROWS), .W_DATA(W_DATA), .DEPTH(RESULT_DEPTH), .W_ADDR(W_ADDR), .W_CLASS(W_CLASS),
    .STATIONARY(STATIONARY), .LANES(LANES)
) results_u (
    .clk         (clk),
    .clear       (begin_run),
    .one_image   (held),
    .write_lanes (write_lanes),
    .write       (result_write),
    .write_bank (begin_run ? start_bank : bank_q),
    .write_addr (result_at),
    .write_word (written_word),
    .read       (result_read),
    .read_bank  (result_bank),
    .read_addr  (result_addr[W_ADDR-1:0]),
    .read_word  (result_word),
    .count      (results_written),
    .classes    (class_indices)
);

assign write_valid  = write;
assign write_layer  = layer;
assign write_target = target;
assign write_addr   = wide_result_at[23:0];
assign write_word   = written_word;

// Ports as wide as for any depth.
wire [24:0] wide_result_at       = {{25-W_ADDR{1'b0}}, result_at};
wire [24:0] wide_results_written = {{25-W_RESULT{1'b0}}, results_written};
wire        unused               = &{1'b0, wide_result_at[24], wide_results_written[24], load_word, load_addr, image_addr, result_addr};

assign result_count = wide_results_written[23:0];

generate for (i = 0; i < ROWS; i = i + 1) begin : gen_class
    wire [16:0] class_index = {{17-W_CLASS{1'b0}}, class_indices[i*W_CLASS +: W_CLASS]};
    wire        unused_high = &{1'b0, class_index[16]};
    assign classes[i*16 +: 16] = class_index[15:0];
end endgenerate

// ---------------------------------------------------------------------------
// Errors and counters

wire [TAPS-1:0] tap_past, weight_past, pad_past;   // of each tap of a clock

generate for (i = 0; i < TAPS; i = i + 1) begin : gen_past
    wire [W_ADDR-1:0]   tap_at = tap_addr + i[W_ADDR-1:0], pad_at = pad_addr + i[W_ADDR-1:0];
    wire [W_WEIGHT-1:0] weight_at = weight_addr + i[W_WEIGHT-1:0];

    assign tap_past[i]    = activation_read[i] & tap_at >= ACTIVATION_DEPTH[W_ADDR-1:0];
    assign weight_past[i] = weight_read[i] & weight_at >= WEIGHT_DEPTH[W_WEIGHT-1:0];
    assign pad_past[i]    = pad_read[i] & pad_at >= PAD_DEPTH[W_ADDR-1:0];
end endgenerate

wire past =
    (|tap_past)
    | (shortcut_read & shortcut_addr >= ACTIVATION_DEPTH[W_ADDR-1:0])
    | (activation_write & result_at >= ACTIVATION_DEPTH[W_ADDR-1:0])
    | (result_write & result_at >= RESULT_DEPTH[W_ADDR-1:0])
    | (|weight_past)
    | (|pad_past)
    | (fold_read & fold_addr >= (held ? LANE_FOLDS[W_ADDR-1:0] : FOLD_DEPTH[W_ADDR-1:0]))
    | partial_past
    | (program_read & program_addr >= PROGRAM_DEPTH[W_ADDR-1:0]);

always @(posedge clk)
    errors <= rst | begin_run ? 2'b00 : errors | {past, malformed};

reg [W_CELLS-1:0] columns_on;
integer           c;
always @* begin
    columns_on = {W_CELLS{1'b0}};
    for (c = 0; c < COLUMNS * TAPS; c = c + 1)
        columns_on = columns_on + {{W_CELLS-1{1'b0}}, column_used[c]};
end

wire [W_CELLS+W_ROWS-1:0] wide_images = {{W_CELLS{1'b0}}, images_q};
wire [W_CELLS-1:0] images_on   = wide_images[W_CELLS-1:0];
wire               unused_images = &{1'b0, wide_images[W_CELLS+W_ROWS-1:W_CELLS], images};

// Where weights are held, those that cells hold: as many as were pushed for the fold.
wire [W_CELLS-1:0] cells;

generate if (STATIONARY != 0) begin : gen_cells
    reg [W_CELLS-1:0] pushed, holding;

    always @(posedge clk) begin
        if (swap)
            holding <= pushed;
        if (push)
            pushed <= (pushed & {W_CELLS{~swap}}) + columns_on;
        else if (swap | layer_start)
            pushed <= {W_CELLS{1'b0}};
    end

    assign cells = held ? holding : turned ? columns_on : columns_on * images_on;
end else begin : gen_columns
    assign cells = columns_on * images_on;
end endgenerate

// A small array's layer ends long before the next one's words are read, and its first tap is issued.
localparam QUIET = STATIONARY == 0 && LATENCY + FOLD_CLOCKS <= 17 ? 1 : 0;

layer_counters #(.LAYERS(LAYERS), .W_LAYER(W_LAYER), .W_SADS(W_CELLS), .TAPS(TAPS), .QUIET(QUIET)) layer_counters_u (
    .clk              (clk),
    .rst              (rst),
    .busy             (busy),
    .layer_done       (layer_done),
    .again            (again),
    .layer            (layer),
    .in_setup         (in_setup),
    .issue            (issue),
    .in_drain         (in_drain),
    .in_stall         (in_stall),
    .in_flush         (in_flush),
    .in_load          (in_load),
    .tap              (tap_valid),
    .cells            (cells),
    .activation_read  (map_read),
    .weight_read      (weight_read),
    .shortcut_read    (shortcut_read),
    .partial_read     (partial_read),
    .pool_read        (pool_read),
    .activation_write (activation_write),
    .result_write     (result_write),
    .fold_read        (fold_read),
    .in_scan          (in_scan),
    .flag_read        (flag_read),
    .read_layer       (count_layer),
    .read_counter     (count_index),
    .count            (count),
    .count_there      (count_there)
);

endmodule

`default_nettype wire
