// SPDX-License-Identifier: Apache-2.0
// feeder: turns a layer's loop nest into operands for the array.
//
// Clock 0: addresses, and whether the tap is on the map. Clock 1: the buffers'
// words. Clock 2: a tap off the map becomes padding, which reads no activation
// but is summed like any other.

`default_nettype none

module feeder #(
    parameter ROWS    = 16,
    parameter COLUMNS = 16,
    parameter W_DATA  = 8,
    parameter LEVELS  = 8,
    parameter W_COUNT = 16,
    parameter W_ADDR  = 24
) (
    input  wire                      clk,
    input  wire                      rst,
    input  wire                      layer_start,
    input  wire                      issue,            // one tap enters in this clock
    input  wire [6:0]                images,

    // Fields of the layer; see layer_fields.
    input  wire [LEVELS*W_COUNT-1:0] limit,
    input  wire [LEVELS*W_ADDR-1:0]  addr_step,
    input  wire [LEVELS*W_COUNT-1:0] y_step,
    input  wire [LEVELS*W_COUNT-1:0] x_step,
    input  wire [W_ADDR-1:0]         addr_origin,
    input  wire [W_COUNT-1:0]        y_origin,
    input  wire [W_COUNT-1:0]        x_origin,
    input  wire [W_COUNT-1:0]        in_height,
    input  wire [W_COUNT-1:0]        in_width,
    input  wire [W_ADDR-1:0]         weight_base,
    input  wire [W_COUNT-1:0]        last_columns,
    input  wire [W_DATA-1:0]         pad_code,

    // The tap that enters next.
    output wire                      tile_last,        // it is its tile's last
    output wire                      nest_last,        // ... and the layer's last
    output wire [13:0]               cells,            // cells in use that sum it

    // Buffers, each word a clock after its address; weights are read with `issue`.
    output wire                      activation_read,
    output wire [W_ADDR-1:0]         activation_addr,
    input  wire [ROWS*W_DATA-1:0]    activation_word,
    output reg  [W_ADDR-1:0]         weight_addr,
    input  wire [COLUMNS*W_DATA-1:0] weight_word,

    // Operands, all lanes in the same clock.
    output reg                       valid,
    output reg                       first,
    output reg                       last,
    output reg  [ROWS*W_DATA-1:0]    x,
    output reg  [COLUMNS*W_DATA-1:0] w,
    output reg  [COLUMNS-1:0]        column_used
);

localparam TAPS   = 3;   // loops inside a tile
localparam W_COLS = $clog2(COLUMNS + 1);

// ---------------------------------------------------------------------------
// Clock 0: addresses

wire [W_COUNT-1:0] y_tap, x_tap;
wire [LEVELS-1:0]  at_first, at_last;

loop_nest #(.LEVELS(LEVELS), .W_COUNT(W_COUNT), .W_ADDR(W_ADDR)) loop_nest_u (
    .clk         (clk),
    .start       (layer_start),
    .advance     (issue),
    .limit       (limit),
    .addr_step   (addr_step),
    .y_step      (y_step),
    .x_step      (x_step),
    .addr_origin (addr_origin),
    .y_origin    (y_origin),
    .x_origin    (x_origin),
    .addr        (activation_addr),
    .y           (y_tap),
    .x           (x_tap),
    .at_first    (at_first),
    .at_last     (at_last)
);

wire last_pixel = &at_last[LEVELS-2:0];   // in the last tile that uses these filters
assign tile_last = &at_last[TAPS-1:0];
assign nest_last = &at_last;

// Rows above and columns left of the map are negative: large when unsigned.
wire on_map = y_tap < in_height & x_tap < in_width;
assign activation_read = issue & on_map;

// A tile walks its filters' weights; the next tile starts over, unless it has other filters.
reg [W_ADDR-1:0] weight_tile;

always @(posedge clk) begin
    if (issue) begin
        weight_addr <= tile_last & ~last_pixel ? weight_tile : weight_addr + 1'b1;
        if (last_pixel)
            weight_tile <= weight_addr + 1'b1;
    end
    if (layer_start) begin
        weight_addr <= weight_base;
        weight_tile <= weight_base;
    end
end

wire [W_COUNT-1:0] columns = at_last[LEVELS-1] ? last_columns : COLUMNS[W_COUNT-1:0];
assign cells = {7'd0, images} * {7'd0, columns[6:0]};

wire unused = &{1'b0, at_first[LEVELS-1:TAPS], columns[W_COUNT-1:7]};

// ---------------------------------------------------------------------------
// Clocks 1 and 2

reg              valid_1, first_1, last_1, on_map_1;
reg [W_COLS-1:0] columns_1;

always @(posedge clk) begin
    valid_1   <= issue & ~rst;
    first_1   <= &at_first[TAPS-1:0];
    last_1    <= tile_last;
    on_map_1  <= on_map;
    columns_1 <= columns[W_COLS-1:0];

    valid <= valid_1 & ~rst;
    first <= first_1;
    last  <= last_1;
    if (valid_1) begin
        x <= on_map_1 ? activation_word : {ROWS{pad_code}};
        w <= weight_word;
    end
end

genvar i;
generate for (i = 0; i < COLUMNS; i = i + 1) begin : gen_column_used
    always @(posedge clk)
        column_used[i] <= columns_1 > i;
end endgenerate

endmodule

`default_nettype wire
