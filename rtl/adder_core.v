// SPDX-License-Identifier: Apache-2.0
// adder_core: the adder array with its buffers; runs a whole network by itself.
//
// The host loads weights, folds and the program once, then for each batch ROWS
// images, and pulses `start`. Layers read one of the two activation buffers and
// write the other: layer 0 reads buffer 0, and the results of n layers are in
// buffer n modulo 2.
//
//   activation word   one value (row, column, channel) of ROWS images
//   weight word       one tap of COLUMNS filters
//   fold word         slope, offset and shift of one filter
//   program word      see layer_fields
//
// A tap's way: feeder and buffers (3 clocks), skew, array, writeback. This file
// only wires them, a port a line, which is why it is long.

`default_nettype none

module adder_core #(
    parameter ROWS             = 16,     // images summed at once, 1 to 64
    parameter COLUMNS          = 16,     // filters summed at once, 1 to 64
    parameter W_DATA           = 8,      // bits of a code, 2 to 16
    parameter W_ACC            = 18,     // bits of a sum
    parameter ACTIVATION_DEPTH = 1280,   // words in each of the two buffers
    parameter WEIGHT_DEPTH     = 4608,
    parameter FOLD_DEPTH       = 256,
    parameter PROGRAM_DEPTH    = 256
) (
    input  wire                      clk,
    input  wire                      rst,

    // A word a clock into buffer 0 (2'd0), weights (1), folds (2) or program (3).
    // Activations only while not busy.
    input  wire                      load_valid,
    input  wire [1:0]                load_target,
    input  wire [23:0]               load_addr,
    input  wire [W_LOAD-1:0]         load_word,       // the low bits are used

    input  wire                      start,           // runs the program; ignored while busy
    input  wire [5:0]                layer_limit,     // with start: layers in the program, less one
    input  wire [6:0]                images,          // with start: in this batch, 1 to ROWS; rows above hold still
    input  wire                      hold,            // issues no tap in this clock
    output wire                      busy,

    // A word of an activation buffer, a clock later. Only while not busy.
    input  wire                      read_valid,
    input  wire                      read_buffer,
    input  wire [23:0]               read_addr,
    output wire [ROWS*W_DATA-1:0]    read_word,

    // Every word written to an activation buffer by a layer, for watching.
    output wire                      write_valid,
    output wire [5:0]                write_layer,
    output wire [23:0]               write_addr,
    output wire [ROWS*W_DATA-1:0]    write_word,

    input  wire [5:0]                counters_layer,
    output wire [12*64-1:0]          counters         // see layer_counters
);

localparam W_X    = ROWS * W_DATA;
localparam W_W    = COLUMNS * W_DATA;
localparam W_WIDE = W_X > W_W ? W_X : W_W;
localparam W_LOAD = W_WIDE > 64 ? W_WIDE : 64;

localparam LEVELS  = 8;
localparam W_COUNT = 16;
localparam W_ADDR  = 24;
localparam FIELDS  = 3 * LEVELS + 9;
localparam W_FIELD = 6;
localparam W_LAYER = 6;
localparam W_COLS  = $clog2(COLUMNS + 1);

generate
    if (W_DATA < 2 || W_DATA > 16) begin : check_w_data
        error_W_DATA_must_be_from_2_to_16 stop ();
    end
    if (W_ACC > 32) begin : check_w_acc
        error_W_ACC_must_be_at_most_32 stop ();
    end
endgenerate

// ---------------------------------------------------------------------------
// Program and sequence

reg [5:0] layer_limit_q;
reg [6:0] images_q;

always @(posedge clk) begin
    if (start & ~busy) begin
        layer_limit_q <= layer_limit;
        images_q      <= images;
    end
end

wire               program_read, field_write;
wire [W_ADDR-1:0]  program_addr;
wire [W_FIELD-1:0] field;
wire [31:0]        program_word;

wire [W_LAYER-1:0] layer;
wire               layer_start, layer_done, tile_last, nest_last, issue;
wire               in_setup, in_drain, in_stall, in_flush;

ram_1r1w #(.W(32), .DEPTH(PROGRAM_DEPTH), .W_ADDR(W_ADDR)) program_u (
    .clk        (clk),
    .write      (load_valid & load_target == 2'd3),
    .write_addr (load_addr),
    .write_data (load_word[31:0]),
    .read       (program_read),
    .read_addr  (program_addr),
    .read_data  (program_word)
);

sequencer #(
    .COLUMNS(COLUMNS), .FIELDS(FIELDS), .W_ADDR(W_ADDR), .W_FIELD(W_FIELD), .W_LAYER(W_LAYER)
) sequencer_u (
    .clk          (clk),
    .rst          (rst),
    .start        (start),
    .layer_limit  (layer_limit_q),
    .hold         (hold),
    .busy         (busy),
    .layer        (layer),
    .program_read (program_read),
    .program_addr (program_addr),
    .field_write  (field_write),
    .field        (field),
    .layer_start  (layer_start),
    .tile_last    (tile_last),
    .nest_last    (nest_last),
    .layer_done   (layer_done),
    .issue        (issue),
    .in_setup     (in_setup),
    .in_drain     (in_drain),
    .in_stall     (in_stall),
    .in_flush     (in_flush)
);

wire [LEVELS*W_COUNT-1:0] limit, y_step, x_step;
wire [LEVELS*W_ADDR-1:0]  addr_step;
wire [W_ADDR-1:0]         addr_origin, weight_base, fold_base, filters, pixel_limit;
wire [W_COUNT-1:0]        y_origin, x_origin, in_height, in_width, last_columns, window_limit;
wire [W_DATA-1:0]         low, pad_code;

layer_fields #(
    .LEVELS(LEVELS), .W_COUNT(W_COUNT), .W_ADDR(W_ADDR), .W_DATA(W_DATA), .W_FIELD(W_FIELD)
) layer_fields_u (
    .clk          (clk),
    .write        (field_write),
    .index        (field),
    .word         (program_word),
    .limit        (limit),
    .addr_step    (addr_step),
    .y_step       (y_step),
    .x_step       (x_step),
    .addr_origin  (addr_origin),
    .y_origin     (y_origin),
    .x_origin     (x_origin),
    .in_height    (in_height),
    .in_width     (in_width),
    .weight_base  (weight_base),
    .fold_base    (fold_base),
    .low          (low),
    .pad_code     (pad_code),
    .filters      (filters),
    .last_columns (last_columns),
    .window_limit (window_limit),
    .pixel_limit  (pixel_limit)
);

// ---------------------------------------------------------------------------
// Taps: addresses, and two clocks later operands

wire               activation_read, tap_valid, tap_first, tap_last;
wire [W_ADDR-1:0]  tap_addr, weight_addr;
wire [W_X-1:0]     source_word, x;
wire [W_W-1:0]     weight_word, w;
wire [COLUMNS-1:0] column_used;
wire [13:0]        cells;
wire [ROWS-1:0]    row_used;

feeder #(
    .ROWS(ROWS), .COLUMNS(COLUMNS), .W_DATA(W_DATA), .LEVELS(LEVELS), .W_COUNT(W_COUNT), .W_ADDR(W_ADDR)
) feeder_u (
    .clk             (clk),
    .rst             (rst),
    .layer_start     (layer_start),
    .issue           (issue),
    .images          (images_q),
    .limit           (limit),
    .addr_step       (addr_step),
    .y_step          (y_step),
    .x_step          (x_step),
    .addr_origin     (addr_origin),
    .y_origin        (y_origin),
    .x_origin        (x_origin),
    .in_height       (in_height),
    .in_width        (in_width),
    .weight_base     (weight_base),
    .last_columns    (last_columns),
    .pad_code        (pad_code),
    .tile_last       (tile_last),
    .nest_last       (nest_last),
    .cells           (cells),
    .activation_read (activation_read),
    .activation_addr (tap_addr),
    .activation_word (source_word),
    .weight_addr     (weight_addr),
    .weight_word     (weight_word),
    .valid           (tap_valid),
    .first           (tap_first),
    .last            (tap_last),
    .x               (x),
    .w               (w),
    .column_used     (column_used)
);

genvar i;
generate for (i = 0; i < ROWS; i = i + 1) begin : gen_row_used
    assign row_used[i] = images_q > i;
end endgenerate

// ---------------------------------------------------------------------------
// Buffers. Layers read buffer `layer` modulo 2 and write the other.

wire             source = layer[0];
wire             old_read, write;
wire [W_ADDR-1:0] old_addr, result_addr;
wire [W_X-1:0]   result_word;
wire [W_X-1:0]   buffer_word [0:1];

genvar b;
generate for (b = 0; b < 2; b = b + 1) begin : gen_buffer
    wire is_source = source == b;
    wire load = b == 0 & load_valid & load_target == 2'd0;

    ram_1r1w #(.W(W_X), .DEPTH(ACTIVATION_DEPTH), .W_ADDR(W_ADDR)) activations_u (
        .clk        (clk),
        .write      (busy ? write & ~is_source : load),
        .write_addr (busy ? result_addr : load_addr),
        .write_data (busy ? result_word : load_word[W_X-1:0]),
        .read       (~busy ? read_valid & read_buffer == b : is_source ? activation_read : old_read),
        .read_addr  (~busy ? read_addr : is_source ? tap_addr : old_addr),
        .read_data  (buffer_word[b])
    );
end endgenerate

ram_1r1w #(.W(W_W), .DEPTH(WEIGHT_DEPTH), .W_ADDR(W_ADDR)) weights_u (
    .clk        (clk),
    .write      (load_valid & load_target == 2'd1),
    .write_addr (load_addr),
    .write_data (load_word[W_W-1:0]),
    .read       (issue),
    .read_addr  (weight_addr),
    .read_data  (weight_word)
);

reg read_buffer_q;
always @(posedge clk)
    read_buffer_q <= read_buffer;

assign read_word   = buffer_word[read_buffer_q];
assign source_word = buffer_word[source];

// ---------------------------------------------------------------------------
// Skew, array, skew back

wire [W_X-1:0]        x_skewed;
wire [W_W-1:0]        w_skewed;
wire [COLUMNS-1:0]    column_used_skewed;
wire                  sums_valid;
wire [W_COLS-1:0]     sums_column;
wire [ROWS*W_ACC-1:0] sums_skewed, sums;

skew #(.LANES(ROWS), .W(W_DATA)) skew_x_u (.clk(clk), .in(x), .out(x_skewed));
skew #(.LANES(COLUMNS), .W(W_DATA)) skew_w_u (.clk(clk), .in(w), .out(w_skewed));
skew #(.LANES(COLUMNS), .W(1)) skew_used_u (.clk(clk), .in(column_used), .out(column_used_skewed));

adder_array #(.ROWS(ROWS), .COLUMNS(COLUMNS), .W_DATA(W_DATA), .W_ACC(W_ACC)) array_u (
    .clk         (clk),
    .rst         (rst),
    .valid       (tap_valid),
    .first       (tap_first),
    .last        (tap_last),
    .row_used    (row_used),
    .column_used (column_used_skewed),
    .x           (x_skewed),
    .w           (w_skewed),
    .sums_valid  (sums_valid),
    .sums_column (sums_column),
    .sums        (sums_skewed)
);

skew #(.LANES(ROWS), .W(W_ACC), .REVERSE(1)) unskew_u (.clk(clk), .in(sums_skewed), .out(sums));

// Row 0's flags wait for the last row.
wire [W_COLS:0] sums_flags;

delay #(.CLOCKS(ROWS - 1), .W(W_COLS + 1)) delay_flags_u (
    .clk (clk),
    .rst (rst),
    .in  ({sums_column, sums_valid}),
    .out (sums_flags)
);

// ---------------------------------------------------------------------------
// Fold, pool, write

wire              fold_read;
wire [W_ADDR-1:0] fold_addr;
wire [63:0]       fold_word;

ram_1r1w #(.W(64), .DEPTH(FOLD_DEPTH), .W_ADDR(W_ADDR)) folds_u (
    .clk        (clk),
    .write      (load_valid & load_target == 2'd2),
    .write_addr (load_addr),
    .write_data (load_word[63:0]),
    .read       (fold_read),
    .read_addr  (fold_addr),
    .read_data  (fold_word)
);

writeback #(
    .ROWS(ROWS), .COLUMNS(COLUMNS), .W_DATA(W_DATA), .W_ACC(W_ACC), .W_COUNT(W_COUNT), .W_ADDR(W_ADDR)
) writeback_u (
    .clk          (clk),
    .rst          (rst),
    .layer_start  (layer_start),
    .fold_base    (fold_base),
    .filters      (filters),
    .last_columns (last_columns),
    .tile_limit   (limit[(LEVELS-1)*W_COUNT +: W_COUNT]),
    .window_limit (window_limit),
    .pixel_limit  (pixel_limit),
    .low          (low),
    .sums_valid   (sums_flags[0]),
    .sums_column  (sums_flags[W_COLS:1]),
    .sums         (sums),
    .fold_read    (fold_read),
    .fold_addr    (fold_addr),
    .fold_word    (fold_word),
    .old_read     (old_read),
    .old_addr     (old_addr),
    .old_word     (buffer_word[~source]),
    .write        (write),
    .write_addr   (result_addr),
    .write_word   (result_word),
    .layer_done   (layer_done)
);

assign write_valid = write;
assign write_layer = layer;
assign write_addr  = result_addr;
assign write_word  = result_word;

layer_counters #(.LAYERS(64), .W_LAYER(W_LAYER), .W_SADS(14)) layer_counters_u (
    .clk              (clk),
    .busy             (busy),
    .layer_done       (layer_done),
    .layer            (layer),
    .in_setup         (in_setup),
    .issue            (issue),
    .in_drain         (in_drain),
    .in_stall         (in_stall),
    .in_flush         (in_flush),
    .cells            (cells),
    .activation_read  (activation_read),
    .weight_read      (issue),
    .pool_read        (old_read),
    .activation_write (write),
    .fold_read        (fold_read),
    .read_layer       (counters_layer),
    .counts           (counters)
);

endmodule

`default_nettype wire
